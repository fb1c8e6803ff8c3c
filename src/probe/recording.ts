import { performance } from 'node:perf_hooks';
import type { ProbeOptions } from '../model/options.ts';
import {
  type Depth,
  type Entrypoint,
  type Evidence,
  INTERRUPTED,
  type OwnFault,
  type ProbeResult,
  STEPS,
  type StepName,
  type StepResult,
} from '../model/result.ts';
import { oneLine, type Scrubber, scrubberOf, scrubDeep, withoutControls } from '../model/scrub.ts';
import type { Target } from '../model/target.ts';
import type { Reason } from '../protocol/reason.ts';
import { stallsExplain } from './stall-rule.ts';
import { descriptorsLeft } from './wire/descriptors.ts';
import { StallWatch } from './wire/stall-watch.ts';

/** The reason of a failed step. */
export interface StepFailure {
  readonly reason: Reason;
  readonly detail: string;
  /** Set for a fault of this process, which says nothing about the network. */
  readonly inconclusive?: OwnFault;
  /** Set for a time-out: the limit that ran out, in milliseconds. A stall of this process may then be the cause. */
  readonly limitMs?: number;
}

const NO_DESCRIPTORS = 'this process has no free file descriptors';

type MutableEvidence = { -readonly [Key in keyof Evidence]: Evidence[Key] };

/** A running step. Exactly one of the three methods must be called. */
export interface RunningStep {
  ok(detail: string): void;
  warn(finding: StepFailure): void;
  fail(finding: StepFailure): void;
}

/**
 * Collects the steps and the evidence of one probe. All input from a peer passes through here, so secrets are masked and
 * control characters are escaped here.
 */
export class Recording {
  readonly evidence: MutableEvidence = {};
  connections = 0;
  readonly #depth: Depth;
  readonly #entrypoint: Entrypoint;
  readonly #steps: StepResult[] = [];
  readonly #signal: AbortSignal | undefined;
  readonly #onStepBegin: ProbeOptions['onStepBegin'];
  readonly #onStep: ((step: StepResult) => void) | undefined;
  readonly #scrub: Scrubber;
  readonly #startedAt = Date.now();
  readonly #start = performance.now();
  readonly #stalls = new StallWatch();
  #ownFault: OwnFault | null = null;

  constructor(target: Target, depth: Depth, entrypoint: Entrypoint, options: ProbeOptions) {
    this.#depth = depth;
    this.#entrypoint = entrypoint;
    this.#signal = options.signal;
    this.#onStepBegin = options.onStepBegin;
    this.#onStep = options.onStep;
    this.#scrub = scrubberOf(target);
  }

  /** Starts the clock of a step. */
  begin(step: StepName, address: string | null): RunningStep {
    const start = performance.now();
    this.#onStepBegin?.(step, address === null ? null : this.#scrub(address));
    const end = (outcome: StepResult['outcome'], reason: Reason | null, detail: string) =>
      this.#add(step, address, outcome, reason, performance.now() - start, detail);
    const unless = (finding: StepFailure, outcome: 'warning' | 'failed') => {
      // A cancelled step says nothing about the network.
      if (this.#signal?.aborted) return this.skip([step], address, INTERRUPTED);
      const own = this.#ownFaultIn(finding);
      if (own === null) return end(outcome, finding.reason, finding.detail);
      this.#ownFault ??= own.fault;
      this.skip([step], address, own.detail);
    };
    return {
      ok: (detail) => end('ok', null, detail),
      warn: (finding) => unless(finding, 'warning'),
      fail: (finding) => unless(finding, 'failed'),
    };
  }

  /** Adds skipped steps. @param why the detail of each */
  skip(steps: readonly StepName[], address: string | null, why: string): void {
    for (const step of steps) this.#add(step, address, 'skipped', null, 0, why);
  }

  /** Ends the recording. @param success true if every step succeeded at one address at least */
  finish(success: boolean): ProbeResult {
    const { stalledMs } = this.#stalls;
    this.#stalls.stop();
    const steps = this.#steps.toSorted((a, b) => order(a) - order(b));
    return Object.freeze({
      depth: this.#depth,
      entrypoint: this.#entrypoint,
      startedAt: this.#startedAt,
      durationMs: round(performance.now() - this.#start),
      success,
      steps: Object.freeze(steps),
      evidence: Object.freeze(scrubDeep(this.evidence, (text) => withoutControls(this.#scrub(text)))),
      connections: this.connections,
      stalledMs,
      inconclusive: success ? null : this.#ownFault,
    });
  }

  /** Returns the fault of this process that may be the cause of a failure or a warning; null if there is none. */
  #ownFaultIn(finding: StepFailure): { readonly fault: OwnFault; readonly detail: string } | null {
    const { reason, detail, inconclusive } = finding;
    if (inconclusive !== undefined) return { fault: inconclusive, detail };
    if (!descriptorsLeft()) return { fault: 'no-descriptors', detail: NO_DESCRIPTORS };
    const { stalledMs } = this.#stalls;
    if (!stallsExplain(stalledMs, finding)) return null;
    const words = `inconclusive: this process was stalled for ${stalledMs} ms, so the failure (${reason}) may be its own`;
    return { fault: 'stalled', detail: words };
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
      // The controller may announce any text as a host, and with a proxy the label contains it.
      address: address === null ? null : oneLine(this.#scrub(address)),
      outcome,
      reason,
      durationMs: round(durationMs),
      detail: oneLine(this.#scrub(detail)),
    });
    this.#steps.push(result);
    this.#onStep?.(result);
  }
}

/** Returns the position of a step. Within a step, addresses keep the order in which they ended. */
function order(step: StepResult): number {
  return STEPS.indexOf(step.step);
}

/** Rounds milliseconds to a tenth. */
function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
