import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { agentPortOf } from './controller-service.ts';
import type { ConfigMap, Service, ServicePort, Workload } from './objects.ts';

/** A value of ingress-nginx's `tcp-services`: `namespace/service:port[:PROXY][:PROXY]`. */
interface TcpReference {
  readonly namespace: string;
  readonly service: string;
  /** A number or a name. */
  readonly port: string;
  /** nginx takes a PROXY header off (first PROXY). */
  readonly decode: boolean;
  /** nginx puts a PROXY header on (second PROXY). */
  readonly encode: boolean;
}

/** One entry of a `tcp-services` ConfigMap that concerns the agent port. */
export interface TcpEntry {
  readonly configMap: ConfigMap;
  /** The port on which nginx listens, as written. */
  readonly key: string;
  readonly value: string;
  readonly reference: TcpReference | null;
}

/** Parses a value as ingress-nginx does (`getStreamServices`); null where it calls it an invalid reference. */
function parseReference(value: string): TcpReference | null {
  const parts = value.split(':');
  const [service = '', port = '', first = '', second = ''] = parts;
  const names = service.split('/');
  const [namespace = '', name = ''] = names;
  if (parts.length < 2 || names.length !== 2 || namespace === '' || name === '' || port === '') return null;
  const isProxy = (text: string) => text.toUpperCase() === 'PROXY';
  // The last field counts only where it is the last.
  return {
    namespace,
    service: name,
    port,
    decode: isProxy(first),
    encode: parts.length === 4 && isProxy(second),
  };
}

/** Entries that lead to a Service of the agent port, or stand under the agent port's number. */
export function agentEntries(facts: ControllerClusterFacts): readonly TcpEntry[] {
  const { configMaps = [], services = [], agentPort, namespace } = facts;
  const named = services
    .filter((service) => agentPortOf(service, facts) !== null)
    .map(({ metadata }) => metadata?.name);
  return configMaps
    .filter(({ metadata }) => isTcpServices(metadata?.namespace, metadata?.name, facts))
    .flatMap((configMap) =>
      Object.entries(configMap.data ?? {}).flatMap(([key, value]) => {
        const reference = parseReference(value);
        const ours = reference?.namespace === namespace && named.includes(reference.service);
        return ours || key === String(agentPort) ? [{ configMap, key, value, reference }] : [];
      }),
    );
}

/** The ConfigMap that `--tcp-services-configmap` of an ingress controller names, as `namespace/name`; null without. */
export function tcpServicesFlag(workload: Workload): string | null {
  return flagOf(workload, '--tcp-services-configmap');
}

/** The flag by which HAProxy's ingress controller is told its ConfigMap of TCP services. */
export const HAPROXY_TCP_FLAG = '--configmap-tcp-services';

/** A flag's value among the arguments of a workload's containers. */
export function flagOf({ metadata, spec }: Workload, flag: string): string | null {
  for (const { args = [], command = [] } of spec?.template?.spec?.containers ?? []) {
    const words = [...command, ...args];
    const index = words.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
    if (index < 0) continue;
    const value = words[index]?.slice(flag.length + 1) || (words[index + 1] ?? '');
    return value.replace(/\$[({]POD_NAMESPACE[)}]/, metadata?.namespace ?? '');
  }
  return null;
}

/** A setting of ingress-nginx for all that it serves, and the ConfigMap (of `--configmap`) that holds it. */
export function nginxSettings(
  facts: ControllerClusterFacts,
  key: string,
): readonly { readonly configMap: ConfigMap; readonly value: string }[] {
  const names = nginxWorkloads(facts).map((workload) => flagOf(workload, '--configmap'));
  return (facts.configMaps ?? []).flatMap((configMap) => {
    const value = configMap.data?.[key];
    const { namespace, name } = configMap.metadata ?? {};
    return value !== undefined && names.includes(`${namespace}/${name}`) ? [{ configMap, value }] : [];
  });
}

/** Workloads that run ingress-nginx. */
export function nginxWorkloads({ ingressWorkloads = [] }: ControllerClusterFacts): readonly Workload[] {
  return ingressWorkloads.filter(({ spec }) =>
    (spec?.template?.spec?.containers ?? []).some(
      ({ image = '', args = [], command = [] }) =>
        /ingress-nginx|nginx-ingress-controller/.test(image) ||
        [...args, ...command].some((word) =>
          /^--(tcp-services-configmap|ingress-class|controller-class)/.test(word),
        ),
    ),
  );
}

/** The Services in front of ingress-nginx that carry a port of an entry, each with that port. */
export function nginxFronts(
  facts: ControllerClusterFacts,
  entry: TcpEntry,
): readonly { readonly service: Service; readonly port: ServicePort }[] {
  return nginxServices(facts).flatMap((service) => {
    const port = service.spec?.ports?.find(
      ({ port, targetPort = port, protocol = 'TCP' }) =>
        protocol === 'TCP' &&
        // The number of a named port is unknown here, so compare the port of the Service.
        String(typeof targetPort === 'number' ? targetPort : port) === entry.key,
    );
    return port === undefined ? [] : [{ service, port }];
  });
}

/** The Services that select the pods of ingress-nginx. */
export function nginxServices(facts: ControllerClusterFacts): readonly Service[] {
  const workloads = nginxWorkloads(facts);
  return (facts.ingressServices ?? []).filter(({ metadata, spec }) =>
    workloads.some((workload) => {
      const labels = workload.spec?.template?.metadata?.labels ?? {};
      const wanted = Object.entries(spec?.selector ?? {});
      return (
        workload.metadata?.namespace === metadata?.namespace &&
        wanted.length > 0 &&
        wanted.every(([key, value]) => labels[key] === value)
      );
    }),
  );
}

function isTcpServices(
  namespace: string | undefined,
  name: string | undefined,
  facts: ControllerClusterFacts,
): boolean {
  if (nginxWorkloads(facts).some((workload) => tcpServicesFlag(workload) === `${namespace}/${name}`))
    return true;
  const { ingressWorkloads = [] } = facts;
  // HAProxy has such a ConfigMap as well, with values of its own.
  if (ingressWorkloads.some((workload) => flagOf(workload, HAPROXY_TCP_FLAG) === `${namespace}/${name}`)) {
    return false;
  }
  return /tcp/.test(name ?? '') && !/udp/.test(name ?? '');
}
