import type { Logger } from 'pino';
import type { MetricsRegistry } from '../../metrics/registry.ts';
import { causeOf, isDenied } from './api-error.ts';
import type { Feature } from './features.ts';

/**
 * `starting` before the first answer, `working`, `denied` where the API server refuses it for want of a permission, and
 * `failing` where it cannot be asked or answers with an error.
 */
export type FeatureState = 'starting' | 'working' | 'denied' | 'failing';

/** One feature as it stands. */
export interface FeatureStatus {
  readonly feature: Feature;
  readonly state: FeatureState;
  /** What the API server said; null while it works. */
  readonly detail: string | null;
}

/** Keeps the state of each feature in use, and says it once when it changes: in the log, in metrics and to people. */
export class FeatureStates {
  readonly #logger: Logger;
  readonly #registry: MetricsRegistry;
  readonly #states = new Map<Feature, FeatureStatus>();

  constructor(logger: Logger, registry: MetricsRegistry) {
    this.#logger = logger;
    this.#registry = registry;
  }

  /** In the order in which they were switched on. */
  get all(): readonly FeatureStatus[] {
    return [...this.#states.values()];
  }

  begin(feature: Feature): void {
    this.#states.set(feature, { feature, state: 'starting', detail: null });
    this.#registry.set('kubernetes_working', { feature }, 0);
    this.#registry.inc('kubernetes_errors_total', { feature }, 0);
  }

  works(feature: Feature): void {
    const before = this.#states.get(feature)?.state;
    if (before === 'working') return;
    this.#states.set(feature, { feature, state: 'working', detail: null });
    this.#registry.set('kubernetes_working', { feature }, 1);
    if (before !== 'starting') this.#logger.info({ feature }, 'kubernetes: it works again');
  }

  fails(feature: Feature, error: unknown): void {
    const state = isDenied(error) ? 'denied' : 'failing';
    const detail = causeOf(error);
    this.#registry.inc('kubernetes_errors_total', { feature });
    const before = this.#states.get(feature)?.state;
    this.#states.set(feature, { feature, state, detail });
    this.#registry.set('kubernetes_working', { feature }, 0);
    if (before === state) return;
    const message =
      state === 'denied'
        ? 'kubernetes: a permission is missing, this is switched off; see docs/reference/permissions.md'
        : 'kubernetes: the API server cannot be used for this now';
    this.#logger.warn({ feature, detail }, message);
  }
}
