import { type MetricName, PREFIX } from '../src/metrics/table.ts';

const CLUSTER = 'cluster=~"$cluster"';
const CONTROLLER = 'controller=~"$controller"';

function select(name: string, ...matchers: readonly string[]): string {
  return `${name}{${matchers.join(', ')}}`;
}

/** A family about controllers, of those chosen in the dashboard. @param matchers more of them, as PromQL writes them */
export function ofControllers(family: MetricName, matchers: readonly string[] = []): string {
  return select(`${PREFIX}${family}`, CLUSTER, CONTROLLER, ...matchers);
}

/** A family about a probe itself, of the clusters chosen in the dashboard. */
export function ofProbes(family: MetricName, matchers: readonly string[] = []): string {
  return select(`${PREFIX}${family}`, CLUSTER, ...matchers);
}

/** A metric that every program has, of our processes only: those that say with `build_info` that they are ours. */
export function ofProcesses(metric: string): string {
  return `(${select(metric, CLUSTER)} and on (job, instance) ${ofProbes('build_info')})`;
}

/** How often a minute a counter counts. */
export function perMinute(by: string, counter: string): string {
  return `60 * sum by (${by}) (rate(${counter}[$__rate_interval]))`;
}

/**
 * The worst that any probe of a cluster sees. With several replicas each has the series; where each sees for itself, as
 * in a DaemonSet, one bad view is what there is to know.
 */
export function worst(by: string, gauge: string): string {
  return `min by (${by}) (${gauge})`;
}
