import type { ProbeResult, StepName } from '../model/result.ts';

/**
 * The addresses of one entrypoint, over all depths of its probe. An address is good while no step stands failed there: a
 * `ping` that succeeds does not hide the handshake that failed at the same address, until the next handshake.
 */
export class AddressHealth {
  readonly #failed = new Map<string, Set<StepName>>();

  /** Takes the steps of a result. @returns the addresses that are gone with it */
  take(result: ProbeResult): readonly string[] {
    const seen = new Set<string>();
    for (const { step, address, outcome } of result.steps) {
      if (address === null) continue;
      seen.add(address);
      if (outcome === 'skipped') continue;
      const failed = this.#failed.get(address) ?? new Set();
      this.#failed.set(address, failed);
      if (outcome === 'failed') failed.add(step);
      else failed.delete(step);
    }
    const gone = [...this.#failed.keys()].filter((address) => !seen.has(address));
    for (const address of gone) this.#failed.delete(address);
    return gone;
  }

  /** Every address that was tried, and whether it is good. */
  *entries(): IterableIterator<readonly [address: string, good: boolean]> {
    for (const [address, failed] of this.#failed) yield [address, failed.size === 0];
  }
}
