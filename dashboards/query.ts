import { type MetricName, PREFIX } from '../src/metrics/table.ts';

const CLUSTER = 'cluster=~"$cluster"';
const CONTROLLER = 'controller=~"$controller"';

function select(name: string, ...matchers: readonly string[]): string {
  return `${name}{${matchers.join(', ')}}`;
}

/** Returns a family about controllers, limited to those of the dashboard's variables. @param matchers more of them, in PromQL */
export function ofControllers(family: MetricName, matchers: readonly string[] = []): string {
  return select(`${PREFIX}${family}`, CLUSTER, CONTROLLER, ...matchers);
}

/** Returns a family about a probe itself, limited to the clusters of the dashboard's variables. */
export function ofProbes(family: MetricName, matchers: readonly string[] = []): string {
  return select(`${PREFIX}${family}`, CLUSTER, ...matchers);
}

/** Returns a metric that many programs have, limited to processes with our `build_info`. */
export function ofProcesses(metric: string): string {
  return `(${select(metric, CLUSTER)} and on (job, instance) ${ofProbes('build_info')})`;
}

/** Returns the rate of a counter per minute. */
export function perMinute(by: string, counter: string): string {
  return `60 * sum by (${by}) (rate(${counter}[$__rate_interval]))`;
}

/**
 * Returns the worst value of all probes of a cluster. With several replicas each has the series; in a DaemonSet one bad
 * value is the important one.
 */
export function worst(by: string, gauge: string): string {
  return `min by (${by}) (${gauge})`;
}
