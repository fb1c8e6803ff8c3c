import type { Alert } from './alert.ts';
import { PROBE_URL } from './grouping.ts';
import { RECORDINGS } from './recordings.ts';
import { ALERTS } from './rendered.ts';

/** `docs/reference/alerts.md`: a section for each alert, which its `runbook_url` leads to where `docs/` is published. */
export function alertsReference(): string {
  return [
    '# Alerts',
    '',
    'Generated from `alerts/*.ts` by `npm run generate`.',
    '',
    'The rules are in [`alerts/jenkins-agent-probe.yaml`](../../alerts/jenkins-agent-probe.yaml): load the file as one of',
    '`rule_files`, or set `prometheusRule.enabled` in the chart, which can leave out alerts by name.',
    '',
    `\`runbook_url\`, \`diagnose_url\` and the root causes lead to the pages of the probe, in the file to ${PROBE_URL}. In the`,
    'chart `dashboards.probeUrl` says where a browser reaches the probe (default: its Service), and `dashboards.docsUrl` where',
    'the folder `docs/` is published, if it is: then `runbook_url` and root causes lead there. In the file:',
    '',
    '```sh',
    `sed 's|${PROBE_URL}|https://probe.example.com|g' alerts/jenkins-agent-probe.yaml > rules.yaml`,
    '```',
    '',
    'A description names the root causes that are `certain` or `likely`, the likeliest first.',
    '',
    'Controllers of the same name are kept apart by the labels `cluster` (`labels: { cluster: … }` in the configuration) and',
    '`namespace` (of the target, as the Prometheus operator sets it); in the chart `prometheusRule.aggregationLabels` names',
    'others. No label of the metrics collides with those that the operator sets, so `honorLabels` does not matter. Several',
    'replicas make one alert, not several. Where each node has a probe of its own, an alert fires when at least half of the',
    'nodes see the failure; JenkinsUnreachableFromSomeNodes tells of fewer.',
    '',
    'A cause makes one critical alert: JenkinsControllerDown silences JenkinsAgentPortDown, JenkinsWebSocketDown and',
    'JenkinsCertificateExpiryImminent of the same controller, and JenkinsIdentityMismatch silences JenkinsAgentPortDown.',
    '',
    '| alert | severity | fires after | what is wrong |',
    '|---|---|---|---|',
    ...ALERTS.map((alert) => row(alert)),
    '',
    ...ALERTS.flatMap(section),
    '## Recorded series',
    '',
    '| series | meaning |',
    '|---|---|',
    ...RECORDINGS.map(({ record, meaning }) => `| \`${record}\` | ${meaning} |`),
    '',
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
