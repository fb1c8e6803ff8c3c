import type { Feature } from '../model/kubernetes-features.ts';
import type { Outcome } from '../model/result.ts';
import type { MetricsRegistry } from './registry.ts';

/** The outcomes of writing a Kubernetes Event. */
const EVENT_OUTCOMES = ['written', 'dropped'] as const;

/** The outcomes of a check of an inspection. */
const CHECK_OUTCOMES = ['ok', 'failed', 'skipped'] as const;
type CheckOutcome = Extract<Outcome, (typeof CHECK_OUTCOMES)[number]>;

/** The inspection of a namespace. */
interface RecordedInspection {
  /** The role of the cluster: `agent-cluster` or `controller-cluster`. */
  readonly role: string;
  readonly namespace: string;
  /** Epoch milliseconds. */
  readonly readAt: number;
  /** The outcome of each check, by controller. */
  readonly results: ReadonlyMap<string, readonly { readonly outcome: CheckOutcome }[]>;
}

/** Writes the metrics of the Kubernetes features. */
export class KubernetesRecorder {
  readonly #registry: MetricsRegistry;

  constructor(registry: MetricsRegistry) {
    this.#registry = registry;
  }

  /** Creates the series of a feature. */
  featureBegun(feature: Feature): void {
    this.#registry.set('kubernetes_working', { feature }, 0);
    this.#registry.inc('kubernetes_errors_total', { feature }, 0);
  }

  featureWorks(feature: Feature): void {
    this.#registry.set('kubernetes_working', { feature }, 1);
  }

  /** Counts a failure of a feature. */
  featureFailed(feature: Feature): void {
    this.#registry.inc('kubernetes_errors_total', { feature });
    this.#registry.set('kubernetes_working', { feature }, 0);
  }

  /** Sets the role of this replica. @param probes true if it probes itself */
  role(leads: boolean, probes: boolean): void {
    this.#registry.set('leader', {}, leads ? 1 : 0);
    this.#registry.set('speaks_for_itself', {}, probes ? 1 : 0);
  }

  /** Creates the series of Events. */
  eventsBegun(): void {
    for (const outcome of EVENT_OUTCOMES) this.#registry.inc('kubernetes_events_total', { outcome }, 0);
  }

  event(outcome: (typeof EVENT_OUTCOMES)[number]): void {
    this.#registry.inc('kubernetes_events_total', { outcome });
  }

  /** Sets the number of discovered controllers and of unusable objects. */
  discovered(controllers: number, unusable: number): void {
    this.#registry.set('discovery_controllers', {}, controllers);
    this.#registry.set('discovery_unusable_objects', {}, unusable);
  }

  /** Sets the age of the discovery. @param syncedAt epoch milliseconds; null: it was never complete */
  discoveryAge(stale: boolean, syncedAt: number | null): void {
    this.#registry.set('discovery_stale', {}, stale ? 1 : 0);
    if (syncedAt === null) return;
    this.#registry.set('discovery_last_sync_timestamp_seconds', {}, syncedAt / 1000);
  }

  inspected({ role, namespace, readAt, results }: RecordedInspection): void {
    // Prometheus itself adds a label `namespace` to each series.
    const place = { role, inspected_namespace: namespace };
    this.#registry.set('inspection_last_timestamp_seconds', place, readAt / 1000);
    for (const [controller, checks] of results) {
      for (const outcome of CHECK_OUTCOMES) {
        const count = checks.filter((check) => check.outcome === outcome).length;
        this.#registry.set('inspection_checks', { controller, ...place, outcome }, count);
      }
    }
  }
}
