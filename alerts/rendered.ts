import { stringify } from 'yaml';
import { type Alert, DIAGNOSE_URL, type Recording, runbookOf } from './alert.ts';
import { CONTROLLER_ALERTS } from './controller-alerts.ts';
import { CAUSES } from './grouping.ts';
import { PROBE_ALERTS } from './probe-alerts.ts';
import { RECORDINGS } from './recordings.ts';

/** Every group of alerts by its name in Prometheus. */
export const GROUPS = {
  'jenkins-agent-probe-controllers': CONTROLLER_ALERTS,
  'jenkins-agent-probe-probes': PROBE_ALERTS,
} as const;

/** Every alert. */
export const ALERTS: readonly Alert[] = Object.values(GROUPS).flat();

/** Returns the file of rules for Prometheus. */
export function renderedAlerts(): string {
  const alerts = Object.entries(GROUPS).map(([name, alerts]) => ({ name, rules: alerts.map(ruleOf) }));
  // Less than five minutes, after which Prometheus considers a series stale.
  const uptime = { name: 'jenkins-agent-probe-uptime', interval: '3m', rules: RECORDINGS.map(recordedBy) };
  const groups = [...alerts, uptime];
  const header =
    '# Generated from alerts/*.ts by `npm run generate`. See docs/reference/alerts.md for each alert.\n';
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
      runbook_url: runbookOf(alert),
      ...(alert.about === 'controller' ? { diagnose_url: DIAGNOSE_URL } : {}),
    },
  };
}

function recordedBy({ record, expr }: Recording): object {
  return { record, expr };
}
