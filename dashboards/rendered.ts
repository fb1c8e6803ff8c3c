import type { Dashboard, DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { controllerDashboard } from './controller.ts';
import { fleet } from './fleet.ts';
import { probe } from './probe.ts';

/** Every dashboard by the name of its file, without `.json`. */
export const DASHBOARDS: Readonly<Record<string, () => DashboardBuilder>> = {
  fleet,
  controller: controllerDashboard,
  probe,
};

/** A dashboard as Grafana takes it, each panel with a number of its own. */
export function dashboardOf(build: () => DashboardBuilder): Dashboard {
  const dashboard = build().build();
  let id = 0;
  for (const panel of dashboard.panels ?? []) panel.id = ++id;
  return dashboard;
}

/** Every rendered dashboard: the name of its file, and its content. */
export function renderedDashboards(): readonly (readonly [file: string, json: string])[] {
  return Object.entries(DASHBOARDS).map(([name, build]) => [
    `${name}.json`,
    `${JSON.stringify(dashboardOf(build), null, 2)}\n`,
  ]);
}
