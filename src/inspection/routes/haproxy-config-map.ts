import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { objectName, patchData } from '../finding.ts';
import type { ConfigMap, Workload } from '../objects/objects.ts';
import { flagOf, HAPROXY_TCP_FLAG, nginxWorkloads } from '../objects/tcp-services.ts';
import { haproxyListener, haproxySettings, haproxyWorkloads, plainTcp } from './haproxy-parts.ts';
import type { Route, RouteProblem } from './route.ts';

/** The routes of HAProxy's TCP ConfigMap, with entries such as `50000: jenkins/jenkins-agent:50000[:ssl]`. */
export function haproxyTcpRoutes(facts: ControllerClusterFacts): readonly Route[] {
  const workloads = haproxyWorkloads(facts);
  return (facts.configMaps ?? []).flatMap((configMap) => {
    const reading = readingOf(configMap, workloads, facts);
    if (reading === null) return [];
    return Object.entries(configMap.data ?? {})
      .filter(([key]) => /^\d{1,5}$/.test(key))
      .map(([key, value]) => entryRoute(configMap, key, value, reading, facts));
  });
}

/** The workload that reads a TCP ConfigMap, or why it does not. */
interface Reading {
  readonly workload: Workload;
  readonly unread: 'settings' | 'no-flag' | null;
}

function readingOf(
  { metadata }: ConfigMap,
  workloads: readonly Workload[],
  facts: ControllerClusterFacts,
): Reading | null {
  const name = `${metadata?.namespace}/${metadata?.name}`;
  const naming = (flag: string) => workloads.find((each) => flagOf(each, flag) === name);
  const reader = naming(HAPROXY_TCP_FLAG);
  if (reader !== undefined) return { workload: reader, unread: null };
  const main = naming('--configmap');
  if (main !== undefined) return { workload: main, unread: 'settings' };
  // If ingress-nginx runs as well, the entries may be for it.
  if (nginxWorkloads(facts).length > 0) return null;
  const [beside] = workloads.filter((each) => each.metadata?.namespace === metadata?.namespace);
  const flagged = workloads.some((each) => flagOf(each, HAPROXY_TCP_FLAG) !== null);
  return beside === undefined || flagged ? null : { workload: beside, unread: 'no-flag' };
}

function entryRoute(
  configMap: ConfigMap,
  key: string,
  value: string,
  { workload, unread }: Reading,
  facts: ControllerClusterFacts,
): Route {
  const object = objectName('ConfigMap', configMap);
  const field = `data[${JSON.stringify(key)}]`;
  const [, namespace = facts.namespace, name = '', port = '', ssl] =
    /^([^/:]+)\/([^/:]+):([^:]+)(:ssl)?$/.exec(value.trim()) ?? [];
  const patch = (to: string) => patchData(configMap, { [key]: to });
  const right = (ref: {
    readonly namespace: string;
    readonly name: string;
    readonly port: number | string | null;
  }) => patch(`${ref.namespace}/${ref.name}:${ref.port}`);
  const problem: RouteProblem = {
    object,
    field,
    actual: `${value}: ${
      unread === 'settings'
        ? 'this is the ConfigMap of --configmap, which holds settings'
        : `${objectName(workload.kind ?? 'Deployment', workload)} has no argument ${HAPROXY_TCP_FLAG}`
    }`,
    expected: `the entry in a ConfigMap that ${HAPROXY_TCP_FLAG} names`,
    fix: `# Values of the HAProxy chart:\ncontroller: { tcp: { ${key}: ${JSON.stringify(value)} } }\n# Without the chart: the argument ${HAPROXY_TCP_FLAG}=${configMap.metadata?.namespace}/NAME of a ConfigMap that has only such entries`,
    // No argument names the ConfigMap, so it may be for something else.
    certain: unread === 'settings',
  };
  const listener = haproxyListener(Number(key), ssl !== undefined, workload, facts, {
    ...{ object, field, actual: value },
    fix: patch(value.replace(/:ssl$/, '')),
  });
  return {
    ...plainTcp(object, configMap, field),
    attachments: [
      {
        state: unread === null ? 'attached' : 'not-read',
        problem: unread === null ? null : problem,
        rejectedBackend: null,
        listeners: [unread === null ? listener : { ...listener, notReady: null }],
      },
    ],
    backends: [
      {
        ...{ namespace, name, weight: 1, forbidden: null },
        port: /^\d+$/.test(port) ? Number(port) : port,
        origin: { object, field, actual: value },
        pointTo: right,
      },
    ],
    settings: haproxySettings(namespace, name, facts),
    ruleFor: (_, to) => right(to),
  };
}
