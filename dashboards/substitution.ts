/** The values of a dashboard's variables. */
export interface Chosen {
  readonly cluster: string;
  readonly controller: string;
  /** A duration in PromQL. */
  readonly rateInterval: string;
}

/** Returns a panel's query with its variables replaced, as Grafana sends it. */
export function substituted(expr: string, { cluster, controller, rateInterval }: Chosen): string {
  return expr
    .replaceAll('$__rate_interval', rateInterval)
    .replaceAll('$cluster', cluster)
    .replaceAll('$controller', controller);
}
