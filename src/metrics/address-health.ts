import type { ProbeResult, StepName } from '../model/result.ts';

/**
 * The addresses of one entrypoint, over all depths of its probe. An address is good if the latest result of every step at
 * it is not a failure: a successful `ping` does not hide a failed handshake at the same address.
 */
export class AddressHealth {
  readonly #failed = new Map<string, Set<StepName>>();

  /** Adds the steps of a result. @returns the addresses that the name no longer has */
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

  /** Yields every address that was tried, and true if it is good. */
  *entries(): IterableIterator<readonly [address: string, good: boolean]> {
    for (const [address, failed] of this.#failed) yield [address, failed.size === 0];
  }
}
