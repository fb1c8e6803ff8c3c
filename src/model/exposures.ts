/** Kinds of objects, beside those of every cluster, that can publish a controller; one reader each. */
export const EXPOSURES = [
  'gateway-api',
  'envoy-gateway',
  'traefik',
  'istio',
  'openshift',
  'f5-nginx',
  'haproxy',
  'contour',
  'kong',
  'emissary',
] as const;
export type ExposureName = (typeof EXPOSURES)[number];

/** `auto`: those whose kinds the cluster has; `all`: the same, and the chart's Roles name every one; else these alone. */
export type ExposureChoice = 'auto' | 'all' | readonly ExposureName[];

/** The exposures that a choice allows. */
export function chosenExposures(choice: ExposureChoice): readonly ExposureName[] {
  return typeof choice === 'string' ? EXPOSURES : choice;
}
