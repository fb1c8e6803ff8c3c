import type { Alert } from './alert.ts';
import { ALERTS } from './rendered.ts';

/** `docs/reference/alerts.md`: a section for each alert, which its `runbook_url` leads to. */
export function alertsReference(): string {
  return [
    '# Alerts',
    '',
    'Generated from `alerts/*.ts` by `npm run generate`.',
    '',
    'The rules are in [`alerts/jenkins-agent-probe.yaml`](../../alerts/jenkins-agent-probe.yaml): load the file as one of',
    '`rule_files`, or set `prometheusRule.enabled` in the chart, which can leave out alerts by name.',
    '',
    'These pages have no public address, so `runbook_url` and the root causes in a description are paths in this project.',
    'Where you publish `docs/`, lead them there: by `prometheusRule.docsUrl` in the chart, or in the file:',
    '',
    '```sh',
    "sed 's|docs/\\([a-z/]*\\.md#\\)|https://docs.example.com/probe/\\1|g' alerts/jenkins-agent-probe.yaml > rules.yaml",
    '```',
    '',
    'They tell clusters apart by the constant label `cluster` (`labels: { cluster: … }` in the configuration). Prometheus',
    'must not rename our label `entrypoint`: with the Prometheus operator that takes `honorLabels: true`, as the chart has it.',
    'Several replicas make one alert, not several.',
    '',
    '| alert | severity | fires after | what is wrong |',
    '|---|---|---|---|',
    ...ALERTS.map((alert) => row(alert)),
    '',
    ...ALERTS.flatMap(section),
  ].join('\n');
}

function row({ name, severity, for: pending, meaning }: Alert): string {
  const [first = ''] = meaning.split(/(?<=[.:]) /);
  return `| [${name}](#${name.toLowerCase()}) | ${severity} | ${pending === '0m' ? 'at once' : pending} | ${first.replace(/:$/, '.')} |`;
}

function section({ name, meaning, actions, expr }: Alert): string[] {
  return [
    `## ${name}`,
    '',
    meaning,
    '',
    '```promql',
    expr,
    '```',
    '',
    ...actions.map((action, index) => `${index + 1}. ${action}`),
    '',
  ];
}
