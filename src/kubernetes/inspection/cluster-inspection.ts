import type { Diagnosis } from '../../catalogue/diagnosis.ts';
import type { InspectionSettings } from '../../config/inspection-settings.ts';
import type { Fleet } from '../../daemon/fleet.ts';
import type { LookBeside } from '../../daemon/on-demand.ts';
import { announcedPortOf } from '../../inspection/objects/destinations.ts';
import type { KubernetesRecorder } from '../../metrics/kubernetes-recorder.ts';
import { diagnosesOfInspections, withInspection } from '../../report/cluster-report.ts';
import type { InspectionStatus } from '../../report/cluster-status.ts';
import { causeOf } from '../api/api-error.ts';
import { judged } from './inspection.ts';
import { type InspectedNamespace, Inspector, type InspectorDeps, type NamedRoute } from './inspector.ts';

export interface ClusterInspectionDeps
  extends Pick<InspectorDeps, 'client' | 'clock' | 'random' | 'active' | 'reporter'> {
  readonly fleet: Fleet;
  readonly recorder: KubernetesRecorder;
  /** What the objects of the cluster add up to for a controller. */
  readonly inspected: (controller: string, diagnoses: readonly Diagnosis[]) => void;
}

/** Findings that are shown of a namespace. */
const MAX_FINDINGS = 100;

/** The inspection of the cluster's objects as the daemon has it: beside its watches, and part of a diagnosis. */
export class ClusterInspection {
  readonly #deps: ClusterInspectionDeps;
  readonly #inspector: Inspector;

  constructor(settings: InspectionSettings, deps: ClusterInspectionDeps) {
    this.#deps = deps;
    this.#inspector = new Inspector(settings, {
      ...deps,
      routes: () => deps.fleet.names.map((name) => this.#routeOf(name)),
      read: (namespace) => deps.recorder.inspected(namespace),
      inspected: (name, inspections) => deps.inspected(name, diagnosesOfInspections(inspections)),
    });
  }

  get status(): readonly InspectionStatus[] {
    return this.#inspector.latest.map(statusOf);
  }

  /** Goes on with the cadence, or leaves it to another replica. */
  wake(): void {
    const { active, fleet, inspected } = this.#deps;
    // What a replica found that speaks no longer is not known to hold any more.
    if (!active()) for (const name of fleet.names) inspected(name, []);
    this.#inspector.wake();
  }

  /** Other controllers are watched now. */
  hasten(): void {
    this.#inspector.hasten();
  }

  /** Begins to read what concerns a controller; see {@link LookBeside}. */
  lookBeside(controller: string): ReturnType<LookBeside> {
    const reading = this.#inspector.read(controller);
    // Whoever waits for the report hears of it.
    reading.catch(() => undefined);
    return async (report) => {
      try {
        const route = { ...this.#routeOf(controller), steps: report.steps };
        return (await reading).map((objects) => judged(objects, route)).reduce(withInspection, report);
      } catch (error) {
        const gap = { what: 'the objects of the cluster', why: causeOf(error) };
        return { ...report, notChecked: [...report.notChecked, gap] };
      }
    };
  }

  close(): Promise<void> {
    return this.#inspector.close();
  }

  #routeOf(controller: string): NamedRoute {
    const status = this.#deps.fleet.statusOf(controller);
    const results = status?.results ?? [];
    const steps = results.flatMap((result) => result.steps);
    return { controller, url: status?.url ?? null, steps, announcedPort: announcedPortOf(results) };
  }
}

function statusOf({ role, namespace, readAt, results }: InspectedNamespace): InspectionStatus {
  const rules = [...results].flatMap(([controller, found]) => found.map((rule) => ({ controller, ...rule })));
  const skipped = rules.filter(({ outcome }) => outcome === 'skipped');
  return {
    role,
    namespace,
    readAt: new Date(readAt).toISOString(),
    // The same for every controller.
    notChecked: [...new Map(skipped.map(({ rule, detail }) => [rule, detail]))].map(([what, why]) => ({
      what,
      why,
    })),
    findings: rules
      .flatMap(({ controller, findings }) =>
        findings.map(({ code, object, field }) => ({ controller, code, object, field })),
      )
      .slice(0, MAX_FINDINGS),
  };
}
