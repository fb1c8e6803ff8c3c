import type { Dashboard, DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { controllerDashboard } from './controller.ts';
import { fleet } from './fleet.ts';
import { probe } from './probe.ts';

/** All dashboards by the name of their file, without `.json`. */
export const DASHBOARDS: Readonly<Record<string, () => DashboardBuilder>> = {
  fleet,
  controller: controllerDashboard,
  probe,
};

/** Returns a dashboard for Grafana; each panel has a unique number. */
export function dashboardOf(build: () => DashboardBuilder): Dashboard {
  const dashboard = build().build();
  let id = 0;
  for (const panel of dashboard.panels ?? []) panel.id = ++id;
  return dashboard;
}

/** Returns all rendered dashboards: file name and content. */
export function renderedDashboards(): readonly (readonly [file: string, json: string])[] {
  return Object.entries(DASHBOARDS).map(([name, build]) => [
    `${name}.json`,
    `${JSON.stringify(dashboardOf(build), null, 2)}\n`,
  ]);
}
