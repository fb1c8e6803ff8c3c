import { stringify } from 'yaml';
import { type Alert, CAUSES, runbook } from './alert.ts';
import { CONTROLLER_ALERTS } from './controller-alerts.ts';
import { PROBE_ALERTS } from './probe-alerts.ts';

/** Every group of alerts by its name in Prometheus. */
export const GROUPS = {
  'jenkins-agent-probe-controllers': CONTROLLER_ALERTS,
  'jenkins-agent-probe-probes': PROBE_ALERTS,
} as const;

/** Every alert. */
export const ALERTS: readonly Alert[] = Object.values(GROUPS).flat();

/** The file of rules as Prometheus reads it. */
export function renderedAlerts(): string {
  const groups = Object.entries(GROUPS).map(([name, alerts]) => ({ name, rules: alerts.map(ruleOf) }));
  const header =
    '# Generated from alerts/*.ts by `npm run generate`. Each alert is explained in docs/reference/alerts.md.\n';
  return header + stringify({ groups }, { lineWidth: 0 });
}

function ruleOf(alert: Alert): object {
  return {
    alert: alert.name,
    expr: alert.expr,
    for: alert.for,
    labels: { severity: alert.severity },
    annotations: {
      summary: alert.summary,
      description: alert.description + (alert.tellsCauses ? CAUSES : ''),
      runbook_url: runbook(alert.name),
    },
  };
}
