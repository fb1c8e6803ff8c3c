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

/** To a page of the probe. */
export function probePage(title: string, path: string): DashboardLinkBuilder {
  return link(title, `\${probe}${path}`);
}

/** What a diagnosis means and how to fix it. @param code a template of Grafana */
export function diagnosisDocs(code: string): DashboardLinkBuilder {
  return probePage('What it means, and how to fix it', `/diagnoses/${code}`);
}

/** The probe's own page on a controller. */
export function controllerPage(controller: string): DashboardLinkBuilder {
  return probePage('Its page at the probe', `/controllers/${controller}`);
}

/** A full diagnosis now. It costs the controller a few connections, so it runs on a click only. */
export function diagnoseNow(controller: string): DashboardLinkBuilder {
  return probePage('Diagnose now', `/diagnose?controller=${controller}`);
}

/** To the dashboard of one controller. */
export function controllerDashboard(cluster: string, controller: string): DashboardLinkBuilder {
  const query = `var-datasource=\${datasource}&var-cluster=${cluster}&var-controller=${controller}`;
  return link('Its dashboard', `/d/${UIDS.controller}?${query}&\${__url_time_range}`, false);
}

function link(title: string, url: string, newTab = true): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url).targetBlank(newTab);
}
