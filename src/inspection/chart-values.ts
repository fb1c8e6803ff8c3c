import { objectName, type Writes, type WrongField } from './finding.ts';
import { ownerOf } from './objects/controller-service.ts';
import type { KubernetesObject, Pod } from './objects/objects.ts';
import type { Route } from './routes/route.ts';

/*
 * Objects that a Helm chart made: what is changed in them lasts until the next upgrade of the release, so a fix names the
 * value of the chart as well.
 */

/** The values of a chart that set a field of one of its objects. The first row that matches is used. */
interface ChartValue {
  /** The label `helm.sh/chart`. */
  readonly chart: RegExp;
  /** `Kind namespace/name`. */
  readonly object: RegExp;
  readonly field: RegExp;
  /** The values as YAML; null where they are not told by what is found. */
  readonly values: (finding: WrongField, field: RegExpExecArray) => string | null;
}

const JENKINS = /^jenkins(-\d|$)/;
const INGRESS_NGINX = /^ingress-nginx-\d/;
const ANNOTATION = /^metadata\.annotations\[/;
const PATHS = /^spec\.rules\[\d+\]\.http\.paths$/;

/** jenkinsci/helm-charts 5.9 and the chart of ingress-nginx 4. */
const CHART_VALUES: readonly ChartValue[] = [
  {
    chart: JENKINS,
    object: /^Service \S+-agent$/,
    field: ANNOTATION,
    values: ({ code, writes }) =>
      code === 'externaltrafficpolicy-local-blackhole'
        ? setting('controller.agentListenerExternalTrafficPolicy', 'Cluster')
        : entries('controller.agentListenerServiceAnnotations', writes?.annotations),
  },
  {
    chart: JENKINS,
    object: /^Service \S+-agent$/,
    field: /^spec\.ports\[\d+\]\.targetPort$/,
    values: ({ expected }) =>
      /^\d+$/.test(expected) ? setting('controller.agentListenerPort', expected) : null,
  },
  {
    chart: JENKINS,
    object: /^Service /,
    field: /^spec\.ports$/,
    values: ({ code }) =>
      code === 'agent-port-not-in-service' ? setting('controller.agentListenerEnabled', 'true') : null,
  },
  {
    chart: JENKINS,
    object: /^Ingress \S+-secondary$/,
    field: ANNOTATION,
    values: ({ writes }) => entries('controller.secondaryingress.annotations', writes?.annotations),
  },
  {
    chart: JENKINS,
    object: /^Ingress /,
    field: ANNOTATION,
    values: ({ writes }) =>
      writes?.agentUrl === undefined
        ? entries('controller.ingress.annotations', writes?.annotations)
        : setting('agent.jenkinsUrl', JSON.stringify(writes.agentUrl)),
  },
  {
    chart: JENKINS,
    object: /^Ingress \S+-secondary$/,
    field: PATHS,
    values: ({ code, expected }) =>
      code === 'listener-not-found'
        ? `${setting('controller.secondaryingress.paths', '# beside those that are there')}\n      - ${JSON.stringify(lastWord(expected))}`
        : null,
  },
  {
    chart: JENKINS,
    object: /^Ingress /,
    field: PATHS,
    // The context path of Jenkins: the listener is below it.
    values: ({ code, expected }) =>
      code === 'listener-not-found'
        ? setting(
            'controller.ingress.path',
            JSON.stringify(lastWord(expected).replace(/\/?tcpSlaveAgentListener\/$/, '') || '/'),
          )
        : null,
  },
  {
    chart: JENKINS,
    object: /^HTTPRoute /,
    field: /^spec\.parentRefs\[/,
    values: () =>
      setting(
        'controller.httpRoute.parentRefs',
        '[{ name: GATEWAY, namespace: NAMESPACE, sectionName: LISTENER }]',
      ),
  },
  {
    chart: JENKINS,
    object: /^Route /,
    field: /./,
    values: ({ writes }) =>
      writes?.agentUrl === undefined
        ? entries('controller.route.annotations', writes?.annotations)
        : setting('agent.jenkinsUrl', JSON.stringify(writes.agentUrl)),
  },
  {
    chart: JENKINS,
    object: /^StatefulSet /,
    field: /containers\[name=jenkins\]\.(startupProbe|livenessProbe|readinessProbe)\./,
    values: (_, [, probe = '']) =>
      setting(
        `controller.probes.${probe}.httpGet`,
        `{ path: '{{ default "" .Values.controller.jenkinsUriPrefix }}/login', port: http }`,
      ),
  },
  {
    chart: JENKINS,
    object: /^NetworkPolicy /,
    field: /^spec\.ingress\[\d+\]\.from$/,
    values: ({ object, writes }) => {
      const namespace = writes?.agentNamespace;
      // Within a namespace the policy goes by a label that the chart gives to the agents of its own cloud.
      if (namespace === undefined || object.startsWith(`NetworkPolicy ${namespace}/`)) return null;
      return entries('networkPolicy.internalAgents.namespaceLabels', {
        'kubernetes.io/metadata.name': namespace,
      });
    },
  },
  {
    chart: INGRESS_NGINX,
    object: /^ConfigMap /,
    field: /^data\["(\d*)/,
    values: ({ writes }, [, port]) => entries(port === '' ? 'controller.config' : 'tcp', writes?.data),
  },
  {
    chart: INGRESS_NGINX,
    object: /^(Service|Deployment|DaemonSet) /,
    field: /^spec\./,
    // Of these the chart makes the ConfigMap, the flag and the port of the Service.
    values: ({ writes }) => entries('tcp', writes?.data),
  },
  {
    chart: INGRESS_NGINX,
    object: /^Service /,
    field: ANNOTATION,
    values: ({ writes }) => entries('controller.service.annotations', writes?.annotations),
  },
];

/** A finding whose fix names the value of the chart first, where a chart made the object. @param charts by {@link chartsOf} */
export function withChartValue(finding: WrongField, charts: ReadonlyMap<string, string>): WrongField {
  const [object = ''] = finding.object.split(' and ');
  const chart = charts.get(object);
  if (chart === undefined) return finding;
  for (const row of CHART_VALUES) {
    const field = row.chart.test(chart) && row.object.test(object) ? row.field.exec(finding.field) : null;
    const values = field === null ? null : row.values(finding, field);
    if (values === null) continue;
    const name = JENKINS.test(chart) ? 'Jenkins' : 'ingress-nginx';
    return {
      ...finding,
      fix: `# Values of the ${name} chart:\n${values}\n# Until the next helm upgrade, without the chart:\n${finding.fix}`,
    };
  }
  return finding;
}

/** The kinds of the facts that hold objects of charts. The items of a list come without their kind. */
const KINDS: Readonly<Record<string, string>> = {
  services: 'Service',
  ingressServices: 'Service',
  ingresses: 'Ingress',
  networkPolicies: 'NetworkPolicy',
  configMaps: 'ConfigMap',
  ingressWorkloads: 'Deployment',
};

/** The charts of objects among facts, by `Kind namespace/name`; a pod tells that of what made it. */
export function chartsOf(facts: object): ReadonlyMap<string, string> {
  const charts = new Map<string, string>();
  const add = (object: string, { metadata }: KubernetesObject) => {
    const chart = chartOf(metadata?.labels ?? {});
    if (chart !== null) charts.set(object, chart);
  };
  for (const [fact, kind] of Object.entries(KINDS)) {
    for (const each of listed<KubernetesObject & { readonly kind?: string }>(facts, fact)) {
      add(objectName(each.kind ?? kind, each), each);
    }
  }
  for (const { object, source } of listed<Route>(facts, 'routes')) add(object, source);
  for (const pod of listed<Pod>(facts, 'pods')) {
    const owner = ownerOf(pod);
    if (owner !== null) add(`${owner.kind} ${pod.metadata?.namespace}/${owner.name}`, pod);
  }
  return charts;
}

function listed<T>(facts: object, fact: string): readonly T[] {
  const value = Object.hasOwn(facts, fact) ? (facts as Readonly<Record<string, unknown>>)[fact] : undefined;
  return Array.isArray(value) ? value : [];
}

/** The chart that labels name; the Jenkins chart leaves its label out with `renderHelmLabels: false`. */
function chartOf(labels: Readonly<Record<string, string>>): string | null {
  const named = labels['helm.sh/chart'];
  if (named !== undefined) return named;
  const jenkins = labels['app.kubernetes.io/component'] === 'jenkins-controller';
  return jenkins && labels['app.kubernetes.io/managed-by'] === 'Helm' ? 'jenkins' : null;
}

/** `a.b: value` as nested YAML. */
function setting(path: string, value: string): string {
  const names = path.split('.');
  return names
    .map((name, depth) => `${'  '.repeat(depth)}${name}:${depth === names.length - 1 ? ` ${value}` : ''}`)
    .join('\n');
}

/** Entries of a mapping of the values; null where there is nothing to write. */
function entries(path: string, written: Writes['annotations']): string | null {
  const all = Object.entries(written ?? {});
  const set = all.filter(([, value]) => value !== null);
  const removed = all
    .filter(([, value]) => value === null)
    .map(([key]) => `# remove ${keyOf(key)} from ${path}`);
  const indent = '  '.repeat(path.split('.').length);
  const lines = set.map(([key, value]) => `${indent}${keyOf(key)}: ${JSON.stringify(value)}`);
  if (all.length === 0) return null;
  return [...removed, ...(lines.length > 0 ? [setting(path, '').trimEnd(), ...lines] : [])].join('\n');
}

/** A key of YAML, quoted where it has to be. */
function keyOf(key: string): string {
  return /^[a-z][\w./-]*$/i.test(key) ? key : JSON.stringify(key);
}

function lastWord(text: string): string {
  return text.split(' ').at(-1) ?? '';
}
