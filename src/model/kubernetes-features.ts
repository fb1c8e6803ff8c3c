/** The features that use the Kubernetes API. Each one can be denied without effect on the others. */
export const FEATURES = [
  'discover-pods',
  'discover-services',
  'discover-ingresses',
  'lease',
  'events',
  'inspect',
] as const;
export type Feature = (typeof FEATURES)[number];

/**
 * The states of a feature. `starting`: no answer yet. `denied`: the API server refuses it because a permission is
 * missing. `failing`: the API server cannot be reached, or answers with an error.
 */
export const FEATURE_STATES = ['starting', 'working', 'denied', 'failing'] as const;
type FeatureState = (typeof FEATURE_STATES)[number];

/** One feature now. */
export interface FeatureStatus {
  readonly feature: Feature;
  readonly state: FeatureState;
  /** The message of the API server; null while the feature works. */
  readonly detail: string | null;
}

/** Records the outcome of each use of a feature. */
export interface FeatureReporter {
  /** The API server has answered. */
  worked(): void;
  /** The API server denied the request, or was unreachable. */
  failed(error: unknown): void;
}
