import { endpointsOf, readyOf } from './controller-service.ts';
import type { ControllerClusterFacts } from './facts.ts';
import { type Finding, objectName } from './finding.ts';
import {
  agentEntries,
  nginxFronts,
  nginxServices,
  nginxWorkloads,
  type TcpEntry,
  tcpServicesFlag,
} from './tcp-services.ts';

const step = 'k8s-tcp-services' as const;
/** Ports that ingress-nginx keeps for itself by default. */
const RESERVED = [80, 443, 8181, 8443, 10245, 10246, 10247, 10254];

/** Each entry for the agent port can be parsed and leads to a Service that lives. */
export function referenceLives(facts: ControllerClusterFacts): readonly Finding[] {
  return agentEntries(facts).flatMap((entry) => badReference(entry, facts));
}

function badReference(entry: TcpEntry, facts: ControllerClusterFacts): readonly Finding[] {
  const { services = [], endpoints, namespace, agentPort } = facts;
  const { reference, configMap, key, value } = entry;
  const finding = (actual: string, expected: string): readonly Finding[] => [
    {
      code: 'nginx-tcp-bad-reference',
      step,
      object: objectName('ConfigMap', configMap),
      field: `data[${JSON.stringify(key)}]`,
      actual: `${value}: ${actual}`,
      expected,
      fix: `kubectl -n ${configMap.metadata?.namespace} patch configmap ${configMap.metadata?.name} -p '${JSON.stringify({ data: { [key]: expected } })}'`,
      confidence: 'certain',
    },
  ];
  const right = `${namespace}/${agentService(facts)}:${agentPort}`;
  if (reference === null) return finding('not NAMESPACE/SERVICE:PORT', right);
  if (RESERVED.includes(Number(key))) return finding(`port ${key} is one that nginx keeps for itself`, right);
  // Only Services of the controller's namespace have been read; a reference elsewhere cannot lead to the controller.
  if (reference.namespace !== namespace)
    return finding(`namespace ${reference.namespace} is not the controller's`, right);
  const service = services.find(({ metadata }) => metadata?.name === reference.service);
  if (service === undefined) return finding(`no Service ${reference.namespace}/${reference.service}`, right);
  const port = service.spec?.ports?.find((each) =>
    /^\d+$/.test(reference.port) ? each.port === Number(reference.port) : each.name === reference.port,
  );
  if (port === undefined) {
    return finding(`${objectName('Service', service)} has no port ${reference.port}`, right);
  }
  if (endpoints !== undefined && readyOf(endpointsOf(service, endpoints)).size === 0) {
    return [
      {
        code: 'nginx-tcp-bad-reference',
        step,
        object: `Endpoints ${reference.namespace}/${reference.service}`,
        field: 'subsets',
        actual: 'no ready address, so nginx does not listen at all',
        expected: 'one ready address',
        fix: `kubectl -n ${reference.namespace} describe endpoints ${reference.service}`,
        confidence: 'certain',
      },
    ];
  }
  return [];
}

/** The ingress controller reads that very ConfigMap, and its Service carries the port. */
export function portPublished(facts: ControllerClusterFacts): readonly Finding[] {
  const workloads = nginxWorkloads(facts);
  if (workloads.length === 0) return [];
  return agentEntries(facts).flatMap((entry): Finding[] => {
    const { configMap, key } = entry;
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
          step,
          object: objectName(workload?.kind ?? 'Deployment', workload ?? {}),
          field: `spec.template.spec.containers[${Math.max(index, 0)}].args`,
          actual: flag === null ? 'no --tcp-services-configmap' : `--tcp-services-configmap=${flag}`,
          expected: `--tcp-services-configmap=${wanted}`,
          fix:
            flag === null
              ? `add the argument --tcp-services-configmap=${wanted}`
              : `put the entry where nginx reads it: kubectl -n ${flag.split('/')[0]} create configmap ${flag.split('/')[1]} --from-literal=${key}=${entry.value}, or change the argument to ${wanted}`,
          confidence: 'certain',
        },
      ];
    }
    if (facts.ingressServices === undefined || nginxFronts(facts, entry).length > 0) return [];
    const [service] = nginxServices(facts);
    if (service === undefined) return [];
    return [
      {
        code: 'nginx-tcp-not-published',
        step,
        object: objectName('Service', service),
        field: 'spec.ports',
        actual: (service.spec?.ports ?? []).map(({ port }) => port).join(', '),
        expected: `also ${key}: the ConfigMap alone opens nothing`,
        fix: `kubectl -n ${service.metadata?.namespace} patch service ${service.metadata?.name} --type=json -p '[{"op":"add","path":"/spec/ports/-","value":{"name":"tcp-${key}","port":${key},"targetPort":${key}}}]'`,
        confidence: 'certain',
      },
    ];
  });
}

/** Nginx puts no PROXY header before what agents say. */
export function noProxyHeaderFromNginx(facts: ControllerClusterFacts): readonly Finding[] {
  return agentEntries(facts).flatMap(({ configMap, key, value, reference }): Finding[] => {
    if (reference?.encode !== true) return [];
    const expected = `${reference.namespace}/${reference.service}:${reference.port}${reference.decode ? ':PROXY' : ''}`;
    return [
      {
        code: 'proxy-protocol-injected',
        step,
        object: objectName('ConfigMap', configMap),
        field: `data[${JSON.stringify(key)}]`,
        actual: value,
        expected,
        fix: `kubectl -n ${configMap.metadata?.namespace} patch configmap ${configMap.metadata?.name} -p '${JSON.stringify({ data: { [key]: expected } })}'`,
        confidence: 'certain',
      },
    ];
  });
}

function agentService({ services = [], agentPort }: ControllerClusterFacts): string {
  const found = services.find(({ spec }) => spec?.ports?.some(({ port }) => port === agentPort));
  return found?.metadata?.name ?? 'jenkins-agent';
}
