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
    `\`runbook_url\`, \`diagnose_url\` and the root causes link to the pages of the probe. In the file, these links start with`,
    `${PROBE_URL}, which your on-call engineer cannot open. Replace it with the URL of the probe for a browser, and check the`,
    'result:',
    '',
    '```sh',
    `sed 's|${PROBE_URL}|https://probe.example.com|g' alerts/jenkins-agent-probe.yaml > rules.yaml`,
    'promtool check rules rules.yaml',
    '```',
    '',
    'If the folder `docs/` is published, `runbook_url` can open the section of the alert on this page instead:',
    '',
    '```sh',
    `awk '/- alert:/ {name = tolower($3)} /runbook_url:/ {sub(/http.*/, "https://git.example.com/probe/docs/reference/alerts.md#" name)} 1' rules.yaml > rules-docs.yaml`,
    '```',
    '',
    'Some steps below use the Grafana dashboards *Controller* and *Probe itself*. [Install them](../dashboards.md#install) too.',
    '',
    'In the chart, set `dashboards.probeUrl` (default: its Service, which your browser may not reach). If `docs/` is published,',
    'set `dashboards.docsUrl`: then `runbook_url` and the root causes link there.',
    'See also who may open the pages: [exposure without a token](../security.md#exposure-without-a-token).',
    '',
    'A description lists the root causes that are `certain` or `likely`, the most likely first.',
    '',
    '`critical` needs a reaction at once, `warning` on the next working day. The default texts of Alertmanager for chat may not',
    'show the links: print `.Annotations.runbook_url` and `.Annotations.diagnose_url` in your template, and group by',
    '`alertname`, `cluster`, `namespace` and `controller`.',
    '',
    'The labels `cluster` (`labels: { cluster: … }` in the configuration) and `namespace` (of the target, set by the',
    'Prometheus operator) distinguish controllers of the same name. In the chart, set other labels with',
    '`prometheusRule.aggregationLabels`. No label of the metrics has the name of a label that the operator sets, so',
    '`honorLabels` has no effect. Several replicas raise one alert. With a probe on each node, an alert fires if at least half',
    'of the nodes see the failure; for fewer nodes JenkinsUnreachableFromSomeNodes fires.',
    '',
    'One cause raises one critical alert. The expressions ensure this, so you need no `inhibit_rules`: while',
    'JenkinsControllerDown fires, JenkinsAgentPortDown, JenkinsWebSocketDown and JenkinsCertificateExpiryImminent of the same',
    'controller do not. While JenkinsIdentityMismatch fires, JenkinsAgentPortDown does not.',
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
