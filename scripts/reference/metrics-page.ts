import { PROBE_METRICS } from '../../src/metrics/probe-text.ts';
import { METRICS, type MetricSpec, PREFIX } from '../../src/metrics/table.ts';

/** `docs/reference/metrics.md`, from the one table of metrics. */
export function metricsReference(): string {
  return [
    '# Metrics',
    '',
    'Generated from `src/metrics/table.ts` by `npm run generate`.',
    '',
    '`GET /metrics` serves the Prometheus text format 0.0.4, compressed for scrapers that accept gzip. The labels configured',
    'under `labels` are on every series. Besides the families below there are those of the process and of Node.js',
    '(`process_…`, `nodejs_…`). A controller has at most 100 series, about 70 at the default depths, and one more for each',
    'further address.',
    '',
    ...tableOf(METRICS, PREFIX),
    '',
    '## Which step got slower',
    '',
    '`step_duration_seconds` and `duration_seconds` are those of the latest probe. Compare them over time:',
    '',
    '```promql',
    'avg_over_time(jenkins_agent_probe_step_duration_seconds{controller="main"}[1h])',
    '/ avg_over_time(jenkins_agent_probe_step_duration_seconds{controller="main"}[1h] offset 1d)',
    '```',
    '',
    '## Counting failures',
    '',
    '`failures_total` begins at 0 for each step that can fail, so `increase()` counts the first failure too: alert on it. A',
    'series of `failures_by_reason_total` appears when its reason first happens. `increase()` misses that first failure; use it',
    'to see why:',
    '',
    '```promql',
    'sum by (controller, depth, step) (increase(jenkins_agent_probe_failures_total[15m])) > 0',
    '```',
    '',
    '## One probe on demand',
    '',
    '`GET /probe` answers the gauges above as that one probe fills them, and these:',
    '',
    ...tableOf(PROBE_METRICS, ''),
    '',
  ].join('\n');
}

function tableOf(metrics: Readonly<Record<string, MetricSpec>>, prefix: string): string[] {
  const rows = Object.entries(metrics).map(([name, spec]) => row(prefix + name, spec));
  return ['| metric | type | labels | meaning |', '|---|---|---|---|', ...rows];
}

function row(name: string, { type, labels, help }: MetricSpec): string {
  const named = labels.map((label) => `\`${label}\``).join(', ');
  return `| \`${name}\` | ${type} | ${named} | ${help} |`;
}
