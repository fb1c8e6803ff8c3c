import { atMost, type Confidence } from '../../catalogue/entry.ts';
import { shellWord } from '../../model/shell-word.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { addPort, jsonPatch, objectName, patchData, showEndpoints, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { agentPortOf, endpointsOfService, readyOf } from '../objects/controller-service.ts';
import {
  agentEntries,
  nginxFronts,
  nginxServices,
  nginxWorkloads,
  type TcpEntry,
  tcpServicesFlag,
} from '../objects/tcp-services.ts';
import { isAlive, routesFor } from '../routes/route-purpose.ts';

export const TCP_SERVICES_RULES: readonly InspectionRule<ControllerClusterFacts>[] = [
  {
    name: 'reference-lives',
    step: 'k8s-tcp-services',
    holds: 'the tcp-services entry points to a Service with a ready endpoint',
    needs: ['configMaps', 'ingressWorkloads', 'services', 'pods'],
    codes: ['nginx-tcp-bad-reference'],
    find: (facts) => referenceLives(facts).map(saysRetired),
  },
  {
    name: 'port-published',
    step: 'k8s-tcp-services',
    holds: 'ingress-nginx reads the tcp-services entry and publishes its port',
    needs: ['configMaps', 'ingressWorkloads', 'services', 'pods'],
    codes: ['nginx-tcp-not-published'],
    find: (facts) => portPublished(facts).map(saysRetired),
  },
  {
    name: 'no-proxy-header-from-nginx',
    step: 'k8s-tcp-services',
    holds: 'ingress-nginx sends no PROXY header to the agent port',
    needs: ['configMaps', 'ingressWorkloads', 'services', 'pods'],
    codes: ['proxy-protocol-injected'],
    find: (facts) => noProxyHeaderFromNginx(facts).map(saysRetired),
  },
];

/** Appended to each fix: ingress-nginx is retired. */
function saysRetired(finding: WrongField): WrongField {
  return { ...finding, fix: `${finding.fix}\n${RETIRED}` };
}

const RETIRED =
  '# ingress-nginx is retired: it gets no fixes since March 2026. Plan a move: docs/leaving-ingress-nginx.md';

/** Ports that ingress-nginx keeps for itself by default: `getStreamServices` refuses them. */
const RESERVED = [80, 442, 443, 8181, 10245, 10246, 10247, 10254];

/** Finds entries for the agent port that cannot be parsed or have no ready Service. */
function referenceLives(facts: ControllerClusterFacts): readonly WrongField[] {
  return agentEntries(facts)
    .flatMap((entry) => badReference(entry, facts))
    .map((wrong) => ({ ...wrong, confidence: atMost(surenessOfReader(facts), wrong.confidence) }));
}

/**
 * Returns the confidence that ingress-nginx reads the ConfigMap. Without a visible reader, an earlier ingress-nginx may
 * have left it behind.
 */
function surenessOfReader(facts: ControllerClusterFacts): Confidence {
  if (nginxWorkloads(facts).length > 0) return 'certain';
  const others = routesFor(facts, null, 'agents').filter(({ family }) => family !== 'tcp-services');
  return others.some(isAlive) ? 'possible' : 'likely';
}

function badReference(entry: TcpEntry, facts: ControllerClusterFacts): readonly WrongField[] {
  const { services = [], endpoints, namespace, agentPort } = facts;
  const { reference, configMap, key, value } = entry;
  const right = `${rightReference(facts)}${reference?.decode ? ':PROXY' : ''}`;
  const finding = (actual: string): readonly WrongField[] => [
    {
      code: 'nginx-tcp-bad-reference',
      object: objectName('ConfigMap', configMap),
      field: `data[${JSON.stringify(key)}]`,
      actual: `${value}: ${actual}`,
      expected: usable ? right : `${right} under ${agentPort}`,
      fix: patchData(configMap, repaired),
      confidence: 'certain',
      writes: { data: repaired },
    },
  ];
  const usable = /^\d+$/.test(key) && !RESERVED.includes(Number(key));
  const repaired = usable ? { [key]: right } : { [key]: null, [agentPort]: right };
  if (reference === null) return finding('not NAMESPACE/SERVICE:PORT');
  if (!usable) {
    return finding(
      /^\d+$/.test(key) ? `port ${key} is one that nginx keeps for itself` : `port ${key} is no number`,
    );
  }
  // Only Services of the controller's namespace have been read; a reference elsewhere cannot lead to the controller.
  if (reference.namespace !== namespace) {
    // The entry may belong to another application: replacing it would close that application's port.
    const [found] = finding(`namespace ${reference.namespace} is not the controller's`);
    const others = agentEntries(facts).some((each) => each.reference?.namespace === namespace);
    if (found === undefined || others) return [];
    const fix = `if the entry is meant for this controller: ${found.fix}; else publish the controller under another port`;
    return [{ ...found, confidence: 'likely', fix }];
  }
  const service = services.find(({ metadata }) => metadata?.name === reference.service);
  if (service === undefined) return finding(`no Service ${reference.namespace}/${reference.service}`);
  const port = service.spec?.ports?.find((each) =>
    /^\d+$/.test(reference.port) ? each.port === Number(reference.port) : each.name === reference.port,
  );
  if (port === undefined) {
    return finding(`${objectName('Service', service)} has no port ${reference.port}`);
  }
  if (endpoints !== undefined && readyOf(endpointsOfService(service, endpoints)).size === 0) {
    return [
      {
        code: 'nginx-tcp-bad-reference',
        object: `Endpoints ${reference.namespace}/${reference.service}`,
        field: 'subsets',
        actual: 'no ready address, so nginx does not open the port',
        expected: 'one ready address',
        fix: `find the cause: ${showEndpoints(service)}`,
        confidence: 'certain',
      },
    ];
  }
  return [];
}

/** Finds ConfigMaps that ingress-nginx does not read, and ports that its Service lacks. */
function portPublished(facts: ControllerClusterFacts): readonly WrongField[] {
  const workloads = nginxWorkloads(facts);
  if (workloads.length === 0) return [];
  return agentEntries(facts).flatMap((entry): WrongField[] => {
    const { configMap, key, value } = entry;
    const wanted = `${configMap.metadata?.namespace}/${configMap.metadata?.name}`;
    const read = workloads.some((workload) => tcpServicesFlag(workload) === wanted);
    if (!read) {
      const [workload] = workloads;
      const index = (workload?.spec?.template?.spec?.containers ?? []).findIndex(
        ({ args = [], command = [] }) => [...args, ...command].some((word) => word.startsWith('--')),
      );
      const flag = workload === undefined ? null : tcpServicesFlag(workload);
      return [
        {
          code: 'nginx-tcp-not-published',
          object: objectName(workload?.kind ?? 'Deployment', workload ?? {}),
          field: `spec.template.spec.containers[${Math.max(index, 0)}].args`,
          actual: flag === null ? 'no --tcp-services-configmap' : `--tcp-services-configmap=${flag}`,
          expected: `--tcp-services-configmap=${wanted}`,
          fix:
            flag === null
              ? `add the argument --tcp-services-configmap=${wanted}`
              : `put the entry where nginx reads it: ${putEntry(flag, entry, facts)}, or change the argument to ${wanted}`,
          confidence: 'certain',
          writes: { data: { [key]: value } },
        },
      ];
    }
    if (facts.ingressServices === undefined || nginxFronts(facts, entry).length > 0) return [];
    const [service] = nginxServices(facts);
    if (service === undefined) return [];
    const ports = service.spec?.ports ?? [];
    const astray = ports.findIndex(
      ({ port, protocol = 'TCP' }) => String(port) === key && protocol === 'TCP',
    );
    if (astray >= 0) {
      return [
        {
          code: 'nginx-tcp-not-published',
          object: objectName('Service', service),
          field: `spec.ports[${astray}].targetPort`,
          actual: String(ports[astray]?.targetPort),
          expected: key,
          fix: jsonPatch('Service', service, [
            { op: 'replace', path: `/spec/ports/${astray}/targetPort`, value: Number(key) },
          ]),
          confidence: 'certain',
        },
      ];
    }
    return [
      {
        code: 'nginx-tcp-not-published',
        object: objectName('Service', service),
        field: 'spec.ports',
        actual: ports.map(({ port }) => port).join(', '),
        expected: `also ${key}: the ConfigMap alone does not publish a port`,
        fix: jsonPatch('Service', service, addPort(ports, Number(key), `tcp-${key}`)),
        confidence: 'certain',
        writes: { data: { [key]: value } },
      },
    ];
  });
}

/** The command that puts an entry into the ConfigMap of the flag, which may not be there. */
function putEntry(
  flag: string,
  { key, value }: TcpEntry,
  { configMaps = [] }: ControllerClusterFacts,
): string {
  const there = configMaps.find(({ metadata }) => `${metadata?.namespace}/${metadata?.name}` === flag);
  if (there !== undefined) return patchData(there, { [key]: value });
  const [namespace, name] = flag.split('/');
  return `kubectl -n ${namespace} create configmap ${name} --from-literal=${shellWord(`${key}=${value}`)}`;
}

/** Finds entries that make nginx send a PROXY header to the agent port. */
function noProxyHeaderFromNginx(facts: ControllerClusterFacts): readonly WrongField[] {
  return agentEntries(facts).flatMap(({ configMap, key, value, reference }): WrongField[] => {
    if (reference?.encode !== true) return [];
    const expected = `${reference.namespace}/${reference.service}:${reference.port}${reference.decode ? ':PROXY' : ''}`;
    return [
      {
        code: 'proxy-protocol-injected',
        object: objectName('ConfigMap', configMap),
        field: `data[${JSON.stringify(key)}]`,
        actual: value,
        expected,
        fix: patchData(configMap, { [key]: expected }),
        confidence: 'certain',
        writes: { data: { [key]: expected } },
      },
    ];
  });
}

/** Returns the reference that an entry for the agent port must have. */
function rightReference(facts: ControllerClusterFacts): string {
  const { services = [], namespace, agentPort } = facts;
  const found = services.find((service) => agentPortOf(service, facts) !== null);
  const port = found === undefined ? null : agentPortOf(found, facts);
  return `${namespace}/${found?.metadata?.name ?? 'jenkins-agent'}:${port?.port ?? agentPort}`;
}
