import type { Clock } from '../model/clock.ts';
import { CHEAP_LOOKS, type LookPermissions } from '../model/look-permissions.ts';
import type { Depth, ProbeResult, StepResult } from '../model/result.ts';
import type { Origin } from '../report/origin.ts';
import { buildReport, type Report } from '../report/report.ts';
import { type Follower, SharedRuns } from './shared-runs.ts';
import type { Watch } from './watch.ts';

/** Begins to look at more than a controller itself; the function returned lays what was found beside the report. */
export type LookBeside = (controller: string) => (report: Report) => Promise<Report>;

/** Diagnoses and probes that somebody asks for between the scheduled ones; see {@link SharedRuns} for how often. */
export class OnDemand {
  readonly #reports: SharedRuns<Report, StepResult>;
  readonly #results: SharedRuns<ProbeResult | null>;

  readonly #lookBeside: LookBeside;
  readonly #origin: Origin | null;

  constructor(clock: Clock, lookBeside: LookBeside, origin: Origin | null = null) {
    this.#lookBeside = lookBeside;
    this.#origin = origin;
    this.#reports = new SharedRuns(clock);
    this.#results = new SharedRuns(clock);
  }

  /**
   * A full diagnosis of a controller; a follower hears of each step as it ends, and of those that ended before. There is
   * one hold of it at a time, however long others want to hold.
   */
  diagnose(
    watch: Watch,
    permissions: LookPermissions = CHEAP_LOOKS,
    follower?: Follower<StepResult>,
  ): Promise<Report> {
    const { deep, holdMs } = permissions;
    const key = [watch.name, ...(deep ? ['deep'] : []), ...(holdMs === null ? [] : ['hold'])].join(' ');
    return this.#reports.run(
      key,
      async (tell) => {
        const layBeside = this.#lookBeside(watch.name);
        return layBeside(buildReport(watch.name, await watch.survey(permissions, tell), this.#origin));
      },
      follower,
    );
  }

  /** One probe of a controller; null where its agents have no use for that depth. */
  probe(watch: Watch, depth: Depth): Promise<ProbeResult | null> {
    return this.#results.run(`${watch.name} ${depth}`, () => watch.probeNow(depth));
  }
}
