import type { Alert } from './alert.ts';
import { PROBE_URL } from './grouping.ts';
import { RECORDINGS } from './recordings.ts';
import { ALERTS } from './rendered.ts';

/** Returns `docs/reference/alerts.md`: a section for each alert, the target of its `runbook_url` if `docs/` is published. */
export function alertsReference(): string {
  return [
    '# Alerts',
    '',
    'Generated from `alerts/*.ts` by `npm run generate`.',
    '',
    'The rules are in [`alerts/jenkins-agent-probe.yaml`](../../alerts/jenkins-agent-probe.yaml). Add the file to',
    '`rule_files`, or set `prometheusRule.enabled` in the chart. The chart can omit alerts by name.',
    '',
    `\`runbook_url\`, \`diagnose_url\` and the root causes link to the pages of the probe, in the file at ${PROBE_URL}. In the`,
    'chart, set `dashboards.probeUrl` to the URL of the probe for a browser (default: its Service). If the folder `docs/` is',
    'published, set `dashboards.docsUrl`: then `runbook_url` and root causes link there. To change the URL in the file:',
    '',
    '```sh',
    `sed 's|${PROBE_URL}|https://probe.example.com|g' alerts/jenkins-agent-probe.yaml > rules.yaml`,
    '```',
    '',
    'A description lists the root causes that are `certain` or `likely`, the most likely first.',
    '',
    'The labels `cluster` (`labels: { cluster: … }` in the configuration) and `namespace` (of the target, set by the',
    'Prometheus operator) distinguish controllers of the same name. In the chart, set other labels with',
    '`prometheusRule.aggregationLabels`. No label of the metrics has the name of a label that the operator sets, so',
    '`honorLabels` has no effect. Several replicas raise one alert. With a probe on each node, an alert fires if at least half',
    'of the nodes see the failure; for fewer nodes JenkinsUnreachableFromSomeNodes fires.',
    '',
    'A cause raises one critical alert: JenkinsControllerDown silences JenkinsAgentPortDown, JenkinsWebSocketDown and',
    'JenkinsCertificateExpiryImminent of the same controller, and JenkinsIdentityMismatch silences JenkinsAgentPortDown.',
    '',
    '| alert | severity | fires after | meaning |',
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
