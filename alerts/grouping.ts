import type { Entrypoint } from '../src/model/result.ts';

/**
 * The URL of the probe's pages in the rules. The chart replaces it by `dashboards.probeUrl`, and the labels below by
 * `prometheusRule.aggregationLabels`, with text replacement: see `templates/prometheusrule.yaml`.
 */
export const PROBE_URL = 'http://127.0.0.1:9180';

/** The labels that distinguish controllers of the same name, in the order of all rules. */
export const GROUP = 'cluster, namespace';

/** These labels, for an alert about a probe. */
export const WITHIN =
  '{{ with $labels.cluster }} ({{ . }}){{ end }}{{ with $labels.namespace }} ({{ . }}){{ end }}';

/** The controller of an alert, with these labels. */
export const WHERE = `{{ $labels.controller }}${WITHIN}`;

/** The controller and the entrypoint of an alert, with these labels. */
export const AT = `{{ $labels.controller }} ({{ $labels.entrypoint }})${WITHIN}`;

/**
 * Returns a template that queries the series of an alert's controller when the alert fires.
 * @param query contains `%s` for the matchers
 * @param more labels that the alert and the series share
 */
function queried(query: string, ...more: readonly string[]): string {
  const own = ['controller', ...more];
  const matchers = ['cluster=%q, namespace=%q', ...own.map((label) => `${label}=%q`)].join(', ');
  const values = ['$labels.cluster $labels.namespace', ...own.map((label) => `$labels.${label}`)].join(' ');
  return `printf "${query.replaceAll('"', '\\"').replace('%s', matchers)}" ${values} | query`;
}

/**
 * The end of a description: the certain and likely root causes of the alert's controller, the most likely first, each with
 * its page.
 */
export const CAUSES =
  `{{ range ${queried('sort(min by (code) (jenkins_agent_probe_diagnosis_rank{confidence=~"certain|likely", %s}))')} }}` +
  ` Root cause: {{ .Labels.code }} (${PROBE_URL}/diagnoses/{{ .Labels.code }}).{{ end }}`;

/** Returns a template for up to five nodes with a gauge of 0, by name, if each node has a probe. */
function nodesAtZero(selector: string, ...more: readonly string[]): string {
  const nodes = queried(`topk(5, min by (node) (${selector}node!="", %s} == 0))`, ...more);
  return `{{ range ${nodes} | sortByLabel "node" }} Node: {{ .Labels.node }}.{{ end }}`;
}

/** Returns a template for the nodes with an entrypoint down. */
export function nodesDownAt(entrypoint: Entrypoint): string {
  return nodesAtZero(`jenkins_agent_probe_up{entrypoint="${entrypoint}", `);
}

/** A template for the nodes with the entrypoint of the alert down. */
export const NODES_DOWN = nodesAtZero('jenkins_agent_probe_up{', 'entrypoint');

/** A template for the nodes with an identity mismatch. */
export const NODES_MISMATCHED = nodesAtZero('jenkins_agent_probe_identity_match{');

/**
 * Returns an expression for the share of probes for which a condition is true: 0 or 1, or the share of the nodes if each
 * node has a probe. @param condition 1 if it is true, 0 if not, with the label `controller`
 */
export function shareOfViews(condition: string): string {
  return `avg by (${GROUP}, controller) (
  max by (${GROUP}, controller, node) (
${condition.replaceAll(/^/gm, '    ')}
  )
)`;
}
