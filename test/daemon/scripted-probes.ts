import type { Probes } from '../../src/daemon/probes.ts';
import type { ProbeOptions } from '../../src/model/options.ts';
import type { Depth, ProbeResult } from '../../src/model/result.ts';
import type { ListenerAnnouncement } from '../../src/protocol/announcement.ts';
import { surveyOf } from '../diagnosis/surveys.ts';
import { announcing, resultOf } from './results.ts';

/** A call of a probe, with functions to answer it. */
export interface Call {
  readonly depth: Depth | 'survey';
  readonly announcement: ListenerAnnouncement | null;
  readonly login: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Probes whose answers and times a test controls. They record the highest number of simultaneous probes. */
export class ScriptedProbes implements Probes {
  readonly calls: Call[] = [];
  running = 0;
  mostAtOnce = 0;
  /** Returns the answer for a depth. Replace it to break or repair the controller. */
  answer: (depth: Depth) => ProbeResult = (depth) => (depth === 'web' ? announcing() : resultOf(depth));
  /** If set, probes wait until their signal aborts or the test calls `release`. */
  hold = false;
  #waiting: (() => void)[] = [];

  readonly web: Probes['web'] = (_target, options = {}) =>
    this.#call({ ...call('web', options), login: options.login === true });
  readonly agentPort: Probes['agentPort'] = (_target, depth, announcement, options = {}) =>
    this.#call({ ...call(depth, options), announcement });
  readonly websocket: Probes['websocket'] = (_target, options = {}) =>
    this.#call({ ...call('websocket', options), login: options.login === true });
  readonly survey: Probes['survey'] = async (_target, depth, options = {}) => {
    const results = [await this.#call({ ...call('survey', options), login: depth === 'login' })];
    return { ...surveyOf(results), startedAt: results[0]?.startedAt ?? 0, durationMs: 5 };
  };

  /** Replace it to make a hold take time. */
  checkFurther: Probes['checkFurther'] = async (_target, survey) => survey;

  /** The depths called so far, in order. */
  get depths(): readonly string[] {
    return this.calls.map(({ depth }) => depth);
  }

  /** Returns the number of calls of a depth. */
  count(depth: Depth | 'survey'): number {
    return this.calls.filter((each) => each.depth === depth).length;
  }

  /** Continues every probe that waits. */
  release(): void {
    for (const go of this.#waiting.splice(0)) go();
  }

  async #call(made: Call): Promise<ProbeResult> {
    this.calls.push(made);
    this.running += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
    if (this.hold) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        if (made.signal?.aborted) resolve();
        else made.signal?.addEventListener('abort', () => resolve());
      });
    } else {
      await Promise.resolve();
    }
    this.running -= 1;
    return this.answer(made.depth === 'survey' ? 'ping' : made.depth);
  }
}

function call(depth: Call['depth'], { signal }: ProbeOptions): Call {
  return { depth, announcement: null, login: false, signal };
}
