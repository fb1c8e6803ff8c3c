import { renderedAlerts } from '../../alerts/rendered.ts';
import { renderedDashboards } from '../../dashboards/rendered.ts';

/** What the chart has for Grafana and Prometheus: each file's path in the chart, and its content. */
export function watchFiles(): readonly (readonly [path: string, content: string])[] {
  return [
    ...renderedDashboards().map(([file, json]) => [`files/dashboards/${file}`, json] as const),
    ['files/alerts/jenkins-agent-probe.yaml', renderedAlerts()],
  ];
}
