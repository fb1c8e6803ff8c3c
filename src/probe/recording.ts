import { closeSync, openSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { codeOf } from '../model/error-code.ts';
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
import { StallWatch } from './wire/stall-watch.ts';

/** Why a step ended as it did. */
export interface StepFailure {
  readonly reason: Reason;
  readonly detail: string;
  /** Set where the fault is our own, so that the step tells nothing of the network. */
  readonly inconclusive?: OwnFault;
}

/** A failure tells nothing when our own event loop stood still for so long meanwhile. */
const STALLED_MS = 1000;
const NO_DESCRIPTORS = 'this process has no file descriptors left';

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
    const unless = ({ reason, detail, inconclusive }: StepFailure, outcome: 'warning' | 'failed') => {
      const fault = inconclusive ?? (descriptorsLeft() ? null : 'no-descriptors');
      // What we cut off ourselves tells nothing of the network.
      if (this.#signal?.aborted) this.skip([step], address, INTERRUPTED);
      else if (fault === null) end(outcome, reason, detail);
      else {
        this.#ownFault ??= fault;
        this.skip([step], address, fault === 'no-descriptors' ? NO_DESCRIPTORS : detail);
      }
    };
    return {
      ok: (detail) => end('ok', null, detail),
      warn: (finding) => unless(finding, 'warning'),
      fail: (finding) => unless(finding, 'failed'),
    };
  }

  /** Notes steps that were not taken, and why. */
  skip(steps: readonly StepName[], address: string | null, why: string): void {
    for (const step of steps) this.#add(step, address, 'skipped', null, 0, why);
  }

  /** Closes the record. @param success whether at least one address took every step */
  finish(success: boolean): ProbeResult {
    const stalledMs = this.#stalls.stop();
    const stalled = !success && stalledMs >= STALLED_MS;
    if (stalled) this.#ownFault ??= 'stalled';
    const steps = this.#steps
      .map((step) => (stalled && step.outcome === 'failed' ? unjudged(step, stalledMs) : step))
      .sort((a, b) => order(a) - order(b));
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

/** A failed step of a probe that ran while this process stood still. */
function unjudged(step: StepResult, stalledMs: number): StepResult {
  const detail = `this process stood still for ${stalledMs} ms, so the failure (${step.reason}) tells nothing`;
  return Object.freeze({ ...step, outcome: 'skipped', reason: null, detail });
}

/** Whether this process can still open a file or a socket. Without descriptors even names seem not to exist. */
function descriptorsLeft(): boolean {
  try {
    closeSync(openSync('/dev/null', 'r'));
    return true;
  } catch (error) {
    return !/^E[MN]FILE$/.test(codeOf(error));
  }
}

/** Steps of an agent's way in its order; within a step, addresses stay in the order they ended. */
function order(step: StepResult): number {
  return STEPS.indexOf(step.step);
}

/** Milliseconds to a tenth. */
function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
