import { renderedAlerts } from '../../alerts/rendered.ts';
import { renderedDashboards } from '../../dashboards/rendered.ts';

/** Returns the chart's files for Grafana and Prometheus: path in the chart, and content. */
export function watchFiles(): readonly (readonly [path: string, content: string])[] {
  return [
    ...renderedDashboards().map(([file, json]) => [`files/dashboards/${file}`, json] as const),
    ['files/alerts/jenkins-agent-probe.yaml', renderedAlerts()],
  ];
}
