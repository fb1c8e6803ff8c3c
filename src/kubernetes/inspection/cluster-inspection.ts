import type { Diagnosis } from '../../catalogue/diagnosis.ts';
import type { InspectionSettings } from '../../config/inspection-settings.ts';
import type { Fleet } from '../../daemon/fleet.ts';
import type { LookBeside } from '../../daemon/on-demand.ts';
import type { Finding } from '../../inspection/finding.ts';
import type { RuleResult } from '../../inspection/inspect.ts';
import type { MetricsRegistry } from '../../metrics/registry.ts';
import { diagnosesOfInspections, withInspection } from '../../report/cluster-report.ts';
import type { ClusterRole } from '../../report/cluster-section.ts';
import type { NotChecked } from '../../report/coverage.ts';
import { causeOf } from '../api/api-error.ts';
import { judged } from './inspection.ts';
import { type InspectedNamespace, Inspector, type InspectorDeps, type NamedRoute } from './inspector.ts';

/** A namespace as it was last read. */
export interface InspectionStatus {
  readonly role: ClusterRole;
  readonly namespace: string;
  /** ISO 8601. */
  readonly readAt: string;
  /** What could not be looked at, and why. */
  readonly notChecked: readonly NotChecked[];
  readonly findings: readonly (Pick<Finding, 'code' | 'object' | 'field'> & {
    readonly controller: string;
  })[];
}

export interface ClusterInspectionDeps
  extends Pick<InspectorDeps, 'client' | 'clock' | 'random' | 'active' | 'worked' | 'failed'> {
  readonly fleet: Fleet;
  readonly registry: MetricsRegistry;
  /** What the objects of the cluster add up to for a controller. */
  readonly inspected: (controller: string, diagnoses: readonly Diagnosis[]) => void;
}

/** Findings that are shown of a namespace. */
const MAX_FINDINGS = 100;
const OUTCOMES: readonly RuleResult['outcome'][] = ['ok', 'failed', 'skipped'];

/** The inspection of the cluster's objects as the daemon has it: beside its watches, and part of a diagnosis. */
export class ClusterInspection {
  readonly #deps: ClusterInspectionDeps;
  readonly #inspector: Inspector;

  constructor(settings: InspectionSettings, deps: ClusterInspectionDeps) {
    this.#deps = deps;
    this.#inspector = new Inspector(settings, {
      ...deps,
      routes: () => deps.fleet.names.map((name) => this.#routeOf(name)),
      read: (namespace) => this.#record(namespace),
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
    const steps = (status?.results ?? []).flatMap((result) => result.steps);
    return { controller, url: status?.url ?? null, steps };
  }

  #record({ role, namespace, readAt, results }: InspectedNamespace): void {
    const { registry } = this.#deps;
    // Prometheus itself labels with `namespace` what it scrapes.
    const place = { role, inspected_namespace: namespace };
    registry.set('inspection_last_timestamp_seconds', place, readAt / 1000);
    for (const [controller, rules] of results) {
      for (const outcome of OUTCOMES) {
        const count = rules.filter((rule) => rule.outcome === outcome).length;
        registry.set('inspection_checks', { controller, ...place, outcome }, count);
      }
    }
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
