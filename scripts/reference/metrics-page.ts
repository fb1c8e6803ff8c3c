import { PROBE_METRICS } from '../../src/metrics/probe-text.ts';
import { METRICS, type MetricSpec, PREFIX } from '../../src/metrics/table.ts';

/** Returns `docs/reference/metrics.md`, from the table of metrics. */
export function metricsReference(): string {
  return [
    '# Metrics',
    '',
    'Generated from `src/metrics/table.ts` by `npm run generate`.',
    '',
    '`GET /metrics` returns the Prometheus text format 0.0.4, compressed for scrapers that accept gzip. The labels in `labels`',
    'of the configuration are on every series. The output also contains the metrics of the process and of Node.js',
    '(`process_…`, `nodejs_…`). A controller has at most 100 series, about 70 at the default depths, and one more for each',
    'additional address.',
    '',
    ...tableOf(METRICS, PREFIX),
    '',
    '## Find a step that became slower',
    '',
    '`step_duration_seconds` and `duration_seconds` are values of the latest probe. Compare them over time:',
    '',
    '```promql',
    'avg_over_time(jenkins_agent_probe_step_duration_seconds{controller="main"}[1h])',
    '/ avg_over_time(jenkins_agent_probe_step_duration_seconds{controller="main"}[1h] offset 1d)',
    '```',
    '',
    '## Count failures',
    '',
    '`failures_total` starts at 0 for each step that can fail, so `increase()` counts the first failure too. Use it for alerts.',
    'A series of `failures_by_reason_total` starts with the first failure, which `increase()` does not count. Use it for the',
    'reasons of failures. For example:',
    '',
    '```promql',
    'sum by (controller, depth, step) (increase(jenkins_agent_probe_failures_total[15m])) > 0',
    '```',
    '',
    '## One probe on demand',
    '',
    '`GET /probe` returns the gauges above for this one probe, and these:',
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
