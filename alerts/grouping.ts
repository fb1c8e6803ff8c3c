import type { Entrypoint } from '../src/model/result.ts';

/**
 * Where the rules look for the probe's pages. The chart puts its `dashboards.probeUrl` in this place, and the labels of
 * its `prometheusRule.aggregationLabels` in the place of those below, text by text: see `templates/prometheusrule.yaml`.
 */
export const PROBE_URL = 'http://127.0.0.1:9180';

/** The labels that keep controllers of the same name apart, in the order in which every rule names them. */
export const GROUP = 'cluster, namespace';

/** The controller of an alert, with what keeps it apart. */
export const WHERE =
  '{{ $labels.controller }}{{ with $labels.cluster }} ({{ . }}){{ end }}{{ with $labels.namespace }} ({{ . }}){{ end }}';

/** What keeps the probe of an alert apart. */
export const WITHIN =
  '{{ with $labels.cluster }} ({{ . }}){{ end }}{{ with $labels.namespace }} ({{ . }}){{ end }}';

/**
 * Asks Prometheus for the series of an alert's controller when the alert is made.
 * @param query `%s` is where the matchers belong
 * @param more labels of the alert that the series have as well
 */
function queried(query: string, ...more: readonly string[]): string {
  const own = ['controller', ...more];
  const matchers = ['cluster=%q, namespace=%q', ...own.map((label) => `${label}=%q`)].join(', ');
  const values = ['$labels.cluster $labels.namespace', ...own.map((label) => `$labels.${label}`)].join(' ');
  return `printf "${query.replaceAll('"', '\\"').replace('%s', matchers)}" ${values} | query`;
}

/**
 * What a description ends with: the root causes of the alert's controller that are more than possible, the likeliest
 * first, each with the page that explains it.
 */
export const CAUSES =
  `{{ range ${queried('sort(min by (code) (jenkins_agent_probe_diagnosis_rank{confidence=~"certain|likely", %s}))')} }}` +
  ` Root cause: {{ .Labels.code }} (${PROBE_URL}/diagnoses/{{ .Labels.code }}).{{ end }}`;

/** Up to five of the nodes at which a gauge is 0, where each node has a probe of its own. */
function nodesAtZero(selector: string, ...more: readonly string[]): string {
  const nodes = queried(`topk(5, min by (node) (${selector}node!="", %s} == 0))`, ...more);
  return `{{ range ${nodes} }} Node: {{ .Labels.node }}.{{ end }}`;
}

/** The nodes at which an entrypoint is down. */
export function nodesDownAt(entrypoint: Entrypoint): string {
  return nodesAtZero(`jenkins_agent_probe_up{entrypoint="${entrypoint}", `);
}

/** The nodes at which the entrypoint of the alert is down. */
export const NODES_DOWN = nodesAtZero('jenkins_agent_probe_up{', 'entrypoint');

/** The nodes that meet another identity. */
export const NODES_MISMATCHED = nodesAtZero('jenkins_agent_probe_identity_match{');

/**
 * The share of the views of a controller in which a condition holds: 0 or 1, or the share of the nodes where each node
 * has a probe of its own. @param condition 1 where it holds and 0 where it does not, with the label `controller`
 */
export function shareOfViews(condition: string): string {
  return `avg by (${GROUP}, controller) (
  max by (${GROUP}, controller, node) (
${condition.replaceAll(/^/gm, '    ')}
  )
)`;
}
