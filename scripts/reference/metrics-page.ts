import { METRICS, type MetricSpec, PREFIX } from '../../src/metrics/table.ts';

/** `docs/reference/metrics.md`, from the one table of metrics. */
export function metricsReference(): string {
  const rows = Object.entries(METRICS).map(([name, spec]) => row(name, spec));
  return [
    '# Metrics',
    '',
    'Generated from `src/metrics/table.ts` by `npm run generate`.',
    '',
    '`GET /metrics` serves the Prometheus text format 0.0.4. The labels configured under `labels` are on every series.',
    'Besides the families below there are those of the process and of Node.js (`process_…`, `nodejs_…`).',
    '',
    '| metric | type | labels | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function row(name: string, { type, labels, help }: MetricSpec): string {
  const named = labels.map((label) => `\`${label}\``).join(', ');
  return `| \`${PREFIX}${name}\` | ${type} | ${named} | ${help} |`;
}
