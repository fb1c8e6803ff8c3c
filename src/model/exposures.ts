/** Optional kinds of objects that can publish a controller. Each has one reader. */
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

/** `auto`: the kinds that the cluster has. `all`: the same, with every kind in the chart's Roles. A list: only these. */
export type ExposureChoice = 'auto' | 'all' | readonly ExposureName[];

/** The exposures of a choice. */
export function chosenExposures(choice: ExposureChoice): readonly ExposureName[] {
  return typeof choice === 'string' ? EXPOSURES : choice;
}
