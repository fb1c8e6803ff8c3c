import type { Diagnosis } from '../../catalogue/diagnosis.ts';
import type { InspectionSettings } from '../../config/inspection-settings.ts';
import type { Fleet } from '../../daemon/fleet.ts';
import type { InspectBeside } from '../../daemon/on-demand.ts';
import { announcedPortOf } from '../../inspection/objects/destinations.ts';
import type { KubernetesRecorder } from '../../metrics/kubernetes-recorder.ts';
import { diagnosesOfInspections, withInspection } from '../../report/cluster-report.ts';
import type { InspectionStatus } from '../../report/cluster-status.ts';
import { causeOf } from '../api/api-error.ts';
import {
  type InspectedNamespace,
  type NamedRoute,
  PeriodicInspection,
  type PeriodicInspectionDeps,
} from './periodic-inspection.ts';
import { judged } from './read-objects.ts';

interface ClusterInspectionDeps
  extends Pick<PeriodicInspectionDeps, 'client' | 'clock' | 'random' | 'active' | 'reporter'> {
  readonly fleet: Fleet;
  readonly recorder: KubernetesRecorder;
  /** Takes the diagnoses for a controller that follow from the objects of the cluster. */
  readonly inspected: (controller: string, diagnoses: readonly Diagnosis[]) => void;
}

/** Findings that are shown of a namespace. */
const MAX_FINDINGS = 100;

/** The inspection of the cluster's objects in the daemon. It runs at an interval and as a part of each diagnosis. */
export class ClusterInspection {
  readonly #deps: ClusterInspectionDeps;
  readonly #inspector: PeriodicInspection;

  constructor(settings: InspectionSettings, deps: ClusterInspectionDeps) {
    this.#deps = deps;
    this.#inspector = new PeriodicInspection(settings, {
      ...deps,
      routes: () => deps.fleet.names.map((name) => this.#routeOf(name)),
      read: (namespace) => deps.recorder.inspected(namespace),
      inspected: (name, inspections) => deps.inspected(name, diagnosesOfInspections(inspections)),
    });
  }

  get status(): readonly InspectionStatus[] {
    return this.#inspector.latest.map(statusOf);
  }

  /** Continues at the interval, or leaves the inspection to another replica. */
  wake(): void {
    const { active, fleet, inspected } = this.#deps;
    // Findings of a replica that no longer probes may be out of date.
    if (!active()) for (const name of fleet.names) inspected(name, []);
    this.#inspector.wake();
  }

  /** Other controllers are watched now. */
  hasten(): void {
    this.#inspector.hasten();
  }

  /** Begins to read what concerns a controller; see {@link InspectBeside}. */
  inspectBeside(controller: string): ReturnType<InspectBeside> {
    const reading = this.#inspector.read(controller);
    // The returned function reports the error. Without this line, it would be an unhandled rejection.
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
