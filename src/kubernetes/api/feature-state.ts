import type { Logger } from 'pino';
import type { KubernetesRecorder } from '../../metrics/kubernetes-recorder.ts';
import type { Feature, FeatureReporter, FeatureStatus } from '../../model/kubernetes-features.ts';
import { causeOf, isDenied } from './api-error.ts';

/** Keeps the state of each feature in use. Reports a change once: to the log, to the metrics and to people. */
export class FeatureStates {
  readonly #logger: Logger;
  readonly #recorder: KubernetesRecorder;
  readonly #states = new Map<Feature, FeatureStatus>();

  constructor(logger: Logger, recorder: KubernetesRecorder) {
    this.#logger = logger;
    this.#recorder = recorder;
  }

  /** In the order in which they were switched on. */
  get all(): readonly FeatureStatus[] {
    return [...this.#states.values()];
  }

  /** Switches a feature on. @returns where its outcomes are reported */
  use(feature: Feature): FeatureReporter {
    this.#states.set(feature, { feature, state: 'starting', detail: null });
    this.#recorder.featureBegun(feature);
    return {
      worked: () => this.#works(feature),
      failed: (error) => this.#fails(feature, error),
    };
  }

  #works(feature: Feature): void {
    const before = this.#states.get(feature)?.state;
    if (before === 'working') return;
    this.#states.set(feature, { feature, state: 'working', detail: null });
    this.#recorder.featureWorks(feature);
    if (before !== 'starting') this.#logger.info({ feature }, 'kubernetes: recovered');
  }

  #fails(feature: Feature, error: unknown): void {
    const state = isDenied(error) ? 'denied' : 'failing';
    const detail = causeOf(error);
    const before = this.#states.get(feature)?.state;
    this.#states.set(feature, { feature, state, detail });
    this.#recorder.featureFailed(feature);
    if (before === state) return;
    const message =
      state === 'denied'
        ? 'kubernetes: a permission is missing, this is switched off; see docs/reference/permissions.md'
        : 'kubernetes: the API server cannot be used for this now';
    this.#logger.warn({ feature, detail }, message);
  }
}
