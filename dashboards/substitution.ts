/** What is put in the place of a dashboard's variables. */
export interface Chosen {
  readonly cluster: string;
  readonly controller: string;
  /** As PromQL writes a duration. */
  readonly rateInterval: string;
}

/** A panel's query as Grafana sends it. */
export function substituted(expr: string, { cluster, controller, rateInterval }: Chosen): string {
  return expr
    .replaceAll('$__rate_interval', rateInterval)
    .replaceAll('$cluster', cluster)
    .replaceAll('$controller', controller);
}
