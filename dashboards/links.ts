import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';

/** The dashboards' identifiers, by which they link to one another. */
export const UIDS = {
  fleet: 'jenkins-agent-probe-fleet',
  controller: 'jenkins-agent-probe-controller',
  probe: 'jenkins-agent-probe-itself',
} as const;

export const TAG = 'jenkins-agent-probe';

/** To the other dashboards, with the variables and the time of this one. */
export function siblings(): DashboardLinkBuilder {
  return new DashboardLinkBuilder('Agent probe')
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .includeVars(true)
    .keepTime(true);
}

/** To a page of docs/. */
export function documentation(title: string, page: string): DashboardLinkBuilder {
  return link(title, `\${docs}/${page}`);
}

/** What a diagnosis means and how to fix it: its section of docs/reference/diagnoses.md. @param code a template of Grafana */
export function diagnosisDocs(code: string): DashboardLinkBuilder {
  return link('What it means, and how to fix it', `\${docs}/reference/diagnoses.md#${code}`);
}

/** A full diagnosis now, as text. It costs the controller a few connections, so it is made on a click only. */
export function diagnoseNow(controller: string): DashboardLinkBuilder {
  return link('Diagnose now', `\${probe}/diagnose?controller=${controller}`);
}

/** To the dashboard of one controller. */
export function controllerDashboard(cluster: string, controller: string): DashboardLinkBuilder {
  const query = `var-datasource=\${datasource}&var-cluster=${cluster}&var-controller=${controller}`;
  return link('Its dashboard', `/d/${UIDS.controller}?${query}&\${__url_time_range}`, false);
}

function link(title: string, url: string, newTab = true): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url).targetBlank(newTab);
}
