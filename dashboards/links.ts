import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';

/** The identifiers of the dashboards, for links between them. */
export const UIDS = {
  fleet: 'jenkins-agent-probe-fleet',
  controller: 'jenkins-agent-probe-controller',
  probe: 'jenkins-agent-probe-itself',
} as const;

export const TAG = 'jenkins-agent-probe';

/** Returns links to the other dashboards, with the variables and the time of this one. */
export function siblings(): DashboardLinkBuilder {
  return new DashboardLinkBuilder('Agent probe')
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .includeVars(true)
    .keepTime(true);
}

/** Returns a link to a page of the probe. */
export function probePage(title: string, path: string): DashboardLinkBuilder {
  return link(title, `\${probe}${path}`);
}

/** Returns a link to the page of a code. @param code a template of Grafana */
export function diagnosisDocs(code: string): DashboardLinkBuilder {
  return probePage('What it means, and how to fix it', `/diagnoses/${code}`);
}

/** Returns a link to the probe's page of a controller. */
export function controllerPage(controller: string): DashboardLinkBuilder {
  return probePage('Page of the controller', `/controllers/${controller}`);
}

/** Returns a link that runs a full diagnosis. It opens a few connections to the controller, so it needs a click. */
export function diagnoseNow(controller: string): DashboardLinkBuilder {
  return probePage('Diagnose now', `/diagnose?controller=${controller}`);
}

/** Returns a link to the dashboard of one controller. */
export function controllerDashboard(cluster: string, controller: string): DashboardLinkBuilder {
  const query = `var-datasource=\${datasource}&var-cluster=${cluster}&var-controller=${controller}`;
  return link('Dashboard of the controller', `/d/${UIDS.controller}?${query}&\${__url_time_range}`, false);
}

function link(title: string, url: string, newTab = true): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url).targetBlank(newTab);
}
