import type { Clock } from '../model/clock.ts';
import { CHEAP_CHECKS, type ExtraCheckPermissions } from '../model/extra-check-permissions.ts';
import type { Depth, ProbeResult, StepResult } from '../model/result.ts';
import type { Origin } from '../report/origin.ts';
import { buildReport, type Report } from '../report/report.ts';
import { type Follower, SharedRuns } from './shared-runs.ts';
import type { Watch } from './watch.ts';

/** Starts an inspection of the cluster. The returned function adds its findings to a report. */
export type InspectBeside = (controller: string) => (report: Report) => Promise<Report>;

/** Runs diagnoses and probes on demand, between the scheduled ones. {@link SharedRuns} limits their rate. */
export class OnDemand {
  readonly #reports: SharedRuns<Report, StepResult>;
  readonly #results: SharedRuns<ProbeResult | null>;

  readonly #inspectBeside: InspectBeside;
  readonly #origin: Origin | null;

  constructor(clock: Clock, inspectBeside: InspectBeside, origin: Origin | null = null) {
    this.#inspectBeside = inspectBeside;
    this.#origin = origin;
    this.#reports = new SharedRuns(clock);
    this.#results = new SharedRuns(clock);
  }

  /**
   * Runs a full diagnosis of a controller. A follower receives each step, including the earlier ones of a shared run.
   * Diagnoses with a hold are shared, also if their durations differ.
   */
  diagnose(
    watch: Watch,
    permissions: ExtraCheckPermissions = CHEAP_CHECKS,
    follower?: Follower<StepResult>,
  ): Promise<Report> {
    const { deep, holdMs } = permissions;
    const key = [watch.name, ...(deep ? ['deep'] : []), ...(holdMs === null ? [] : ['hold'])].join(' ');
    return this.#reports.run(
      key,
      async (tell) => {
        const layBeside = this.#inspectBeside(watch.name);
        return layBeside(buildReport(watch.name, await watch.survey(permissions, tell), this.#origin));
      },
      follower,
    );
  }

  /** Runs one probe of a controller. Returns null if its agents do not use that depth. */
  probe(watch: Watch, depth: Depth): Promise<ProbeResult | null> {
    return this.#results.run(`${watch.name} ${depth}`, () => watch.probeNow(depth));
  }
}
