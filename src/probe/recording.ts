import { performance } from 'node:perf_hooks';
import type { ProbeOptions } from '../model/options.ts';
import {
  type Depth,
  type Entrypoint,
  type Evidence,
  INTERRUPTED,
  type ProbeResult,
  STEPS,
  type StepName,
  type StepResult,
} from '../model/result.ts';
import { oneLine, type Scrubber, scrubberOf, scrubDeep } from '../model/scrub.ts';
import type { Target } from '../model/target.ts';
import type { Reason } from '../protocol/reason.ts';
import { StallWatch } from './wire/stall-watch.ts';

/** Why a step ended as it did. */
export interface StepFailure {
  readonly reason: Reason;
  readonly detail: string;
}

type MutableEvidence = { -readonly [Key in keyof Evidence]: Evidence[Key] };

/** A step that is running; it ends with exactly one of the three calls. */
export interface RunningStep {
  ok(detail: string): void;
  warn(finding: StepFailure): void;
  fail(finding: StepFailure): void;
}

/**
 * Collects what one probe does. Everything a peer said passes through here on its way to a result, so this is where
 * secrets are taken out and terminal control characters defused.
 */
export class Recording {
  readonly evidence: MutableEvidence = {};
  connections = 0;
  readonly #depth: Depth;
  readonly #entrypoint: Entrypoint;
  readonly #steps: StepResult[] = [];
  readonly #signal: AbortSignal | undefined;
  readonly #onStep: ((step: StepResult) => void) | undefined;
  readonly #scrub: Scrubber;
  readonly #startedAt = Date.now();
  readonly #start = performance.now();
  readonly #stalls = new StallWatch();

  constructor(target: Target, depth: Depth, entrypoint: Entrypoint, options: ProbeOptions) {
    this.#depth = depth;
    this.#entrypoint = entrypoint;
    this.#signal = options.signal;
    this.#onStep = options.onStep;
    this.#scrub = scrubberOf(target);
  }

  /** Starts the clock of a step. */
  begin(step: StepName, address: string | null): RunningStep {
    const start = performance.now();
    const end = (outcome: StepResult['outcome'], reason: Reason | null, detail: string) => {
      // What we cut off ourselves tells nothing of the network.
      if (this.#signal?.aborted && outcome !== 'ok') this.skip([step], address, INTERRUPTED);
      else this.#add(step, address, outcome, reason, performance.now() - start, detail);
    };
    return {
      ok: (detail) => end('ok', null, detail),
      warn: ({ reason, detail }) => end('warning', reason, detail),
      fail: ({ reason, detail }) => end('failed', reason, detail),
    };
  }

  /** Notes steps that were not taken, and why. */
  skip(steps: readonly StepName[], address: string | null, why: string): void {
    for (const step of steps) this.#add(step, address, 'skipped', null, 0, why);
  }

  /** Closes the record. @param success whether at least one address took every step */
  finish(success: boolean): ProbeResult {
    const steps = this.#steps.sort((a, b) => order(a) - order(b));
    return Object.freeze({
      depth: this.#depth,
      entrypoint: this.#entrypoint,
      startedAt: this.#startedAt,
      durationMs: round(performance.now() - this.#start),
      success,
      steps: Object.freeze(steps),
      evidence: Object.freeze(scrubDeep(this.evidence, this.#scrub)),
      connections: this.connections,
      stalledMs: this.#stalls.stop(),
    });
  }

  #add(
    step: StepName,
    address: string | null,
    outcome: StepResult['outcome'],
    reason: Reason | null,
    durationMs: number,
    detail: string,
  ): void {
    const result: StepResult = Object.freeze({
      step,
      entrypoint: this.#entrypoint,
      // The controller may announce any host, and a proxy is asked for it by name.
      address: address === null ? null : this.#scrub(address),
      outcome,
      reason,
      durationMs: round(durationMs),
      detail: oneLine(this.#scrub(detail)),
    });
    this.#steps.push(result);
    this.#onStep?.(result);
  }
}

/** Steps of an agent's way in its order; within a step, addresses stay in the order they ended. */
function order(step: StepResult): number {
  return STEPS.indexOf(step.step);
}

/** Milliseconds to a hundredth. */
function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
