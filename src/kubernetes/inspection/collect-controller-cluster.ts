import type { ControllerScope } from '../../config/inspection-settings.ts';
import { systemClock } from '../../daemon/system-clock.ts';
import type { ControllerClusterFacts } from '../../inspection/cluster-facts.ts';
import { endpointsOfSlices } from '../../inspection/objects/endpoint-slice.ts';
import type {
  ConfigMap,
  Endpoints,
  GatewayClass,
  Ingress,
  IngressClass,
  KubernetesObject,
  Namespace,
  NetworkPolicy,
  Pod,
  Service,
  Workload,
} from '../../inspection/objects/objects.ts';
import { flagOf, HAPROXY_TCP_FLAG, tcpServicesFlag } from '../../inspection/objects/tcp-services.ts';
import { GATEWAY_GROUP } from '../../inspection/routes/gateway-objects.ts';
import { chosenExposures, type ExposureName } from '../../model/exposures.ts';
import type { Provider } from '../../model/provider.ts';
import type { KubernetesClient } from '../api/client.ts';
import { ClusterReader, type Collected, known } from './cluster-reader.ts';
import { agentPodsOf } from './collect-agent-cluster.ts';
import { collectExposures } from './collect-exposures.ts';
import { ServedApis } from './served-apis.ts';

const CORE = '/api/v1';
const APPS = '/apis/apps/v1';
const NETWORKING = '/apis/networking.k8s.io/v1';
const DISCOVERY = '/apis/discovery.k8s.io/v1';

/** The facts that are read in the cluster of a controller. They do not depend on the route of the agents. */
type ControllerClusterObjects = Omit<
  ControllerClusterFacts,
  'url' | 'health' | 'steps' | 'announcedPort' | 'routes'
>;

type Fact = keyof ControllerClusterFacts & string;

/** Reads what the rules for a cluster of controllers need. It only lists and gets. */
export async function collectControllerCluster(
  client: KubernetesClient,
  scope: ControllerScope,
  signal?: AbortSignal,
): Promise<Collected<ControllerClusterObjects, ControllerClusterFacts>> {
  const reader = new ClusterReader<Fact>(client, signal);
  const { agentPort } = scope;
  const namespace = scope.namespace ?? client.namespace;
  const list = <T extends KubernetesObject>(fact: Fact, api: string, resource: string) =>
    reader.list<T>(fact, api, resource, namespace);
  const apis = await ServedApis.of(client, reader.signal);
  const agentPods = await agentPodsOf<Fact>(reader, namespace);
  const agents = new Set(agentPods?.map(({ metadata }) => metadata?.name));
  const pods = await list<Pod>('pods', CORE, 'pods');
  const own = await reader.get<Namespace>('namespaceLabels', CORE, 'namespaces', null, namespace);
  const workloads = await workloadsOf(reader, scope.ingressNamespaces);
  const read = {
    agentPods,
    pods: pods?.filter(({ metadata }) => !agents.has(metadata?.name)),
    namespaceLabels: own?.metadata?.labels,
    services: await list<Service>('services', CORE, 'services'),
    endpoints: await endpointsOf(reader, apis, namespace),
    ingresses: await list<Ingress>('ingresses', NETWORKING, 'ingresses'),
    ingressClasses: await reader.list<IngressClass>('ingressClasses', NETWORKING, 'ingressclasses', null),
    gatewayClasses: await gatewayClassesOf(reader, apis, scope),
    networkPolicies: await list<NetworkPolicy>('networkPolicies', NETWORKING, 'networkpolicies'),
    ingressWorkloads: workloads,
    ingressServices: await everywhere<Service>(
      reader,
      'ingressServices',
      'services',
      scope.ingressNamespaces,
    ),
    ingressPods: await everywhere<Pod>(reader, 'ingressPods', 'pods', scope.ingressNamespaces),
    configMaps: await configMapsOf(reader, workloads ?? [], scope.ingressNamespaces),
    exposures: await collectExposures(
      new ClusterReader<ExposureName>(client, reader.signal),
      apis,
      scope.exposures,
      { controllers: [namespace], 'ingress-controllers': scope.ingressNamespaces },
    ),
  };
  const provider = scope.provider ?? (await providerOf(reader));
  return {
    facts: { namespace, agentPort, provider, readAt: systemClock.now(), ...known(read) },
    missing: reader.missing,
    failure: reader.failure,
  };
}

/** Returns the classes of Gateways if Gateways are read; undefined if they may not be listed. */
async function gatewayClassesOf(
  reader: ClusterReader<Fact>,
  apis: ServedApis,
  { exposures }: ControllerScope,
): Promise<readonly GatewayClass[] | undefined> {
  const wanted = chosenExposures(exposures).includes('gateway-api');
  // If the API server does not answer, the classes count as not served.
  const served = wanted && (await apis.serves(GATEWAY_GROUP, 'v1', 'gatewayclasses').catch(() => false));
  if (!served) return undefined;
  return reader.list<GatewayClass>('gatewayClasses', `/apis/${GATEWAY_GROUP}/v1`, 'gatewayclasses', null);
}

/** Returns the endpoints of Services: EndpointSlices, or Endpoints from an API server before 1.21. */
async function endpointsOf(
  reader: ClusterReader<Fact>,
  apis: ServedApis,
  namespace: string,
): Promise<readonly Endpoints[] | undefined> {
  if (!apis.versionsOf('discovery.k8s.io').includes('v1')) {
    return reader.list<Endpoints>('endpoints', CORE, 'endpoints', namespace);
  }
  const slices = await reader.list<KubernetesObject>('endpoints', DISCOVERY, 'endpointslices', namespace);
  return slices && endpointsOfSlices(slices);
}

async function everywhere<T extends KubernetesObject>(
  reader: ClusterReader<Fact>,
  fact: Fact,
  resource: string,
  namespaces: readonly string[],
): Promise<readonly T[] | undefined> {
  const found: T[] = [];
  for (const namespace of namespaces) {
    const objects = await reader.list<T>(fact, CORE, resource, namespace);
    if (objects === undefined) return undefined;
    found.push(...objects);
  }
  return found;
}

async function workloadsOf(
  reader: ClusterReader<Fact>,
  namespaces: readonly string[],
): Promise<readonly Workload[] | undefined> {
  const found: Workload[] = [];
  for (const namespace of namespaces) {
    for (const [resource, kind] of [
      ['deployments', 'Deployment'],
      ['daemonsets', 'DaemonSet'],
    ] as const) {
      const objects = await reader.list<Workload>('ingressWorkloads', APPS, resource, namespace);
      if (objects === undefined) return undefined;
      // The items of a list come without their kind.
      found.push(...objects.map((object) => ({ ...object, kind })));
    }
  }
  return found;
}

/** The ConfigMaps that ingress controllers name, and those that look like one for TCP in the wrong place. */
async function configMapsOf(
  reader: ClusterReader<Fact>,
  workloads: readonly Workload[],
  namespaces: readonly string[],
): Promise<readonly ConfigMap[] | undefined> {
  const found = new Map<string, ConfigMap>();
  const keep = (configMap: ConfigMap) =>
    found.set(`${configMap.metadata?.namespace}/${configMap.metadata?.name}`, configMap);
  for (const namespace of namespaces) {
    const objects = await reader.list<ConfigMap>('configMaps', CORE, 'configmaps', namespace);
    if (objects === undefined) return undefined;
    for (const each of objects) keep(each);
  }
  const named = workloads.flatMap((workload) => [
    tcpServicesFlag(workload),
    flagOf(workload, HAPROXY_TCP_FLAG),
    flagOf(workload, '--configmap'),
  ]);
  for (const reference of new Set(named)) {
    const [namespace = '', name = ''] = reference?.split('/') ?? [];
    if (namespace === '' || name === '' || namespaces.includes(namespace)) continue;
    const configMap = await reader.get<ConfigMap>('configMaps', CORE, 'configmaps', namespace, name);
    if (configMap) keep(configMap);
  }
  return [...found.values()];
}

/** Returns the provider of the cluster, as given by the first node. */
async function providerOf(reader: ClusterReader<Fact>): Promise<Provider | null> {
  const nodes = await reader.list<KubernetesObject & { readonly spec?: { readonly providerID?: string } }>(
    'provider',
    CORE,
    'nodes',
    null,
  );
  const scheme = nodes?.find(({ spec }) => spec?.providerID)?.spec?.providerID?.split(':')[0];
  if (scheme === undefined) return null;
  return ({ aws: 'aws', azure: 'azure', gce: 'gcp' } as const)[scheme as 'aws' | 'azure' | 'gce'] ?? 'other';
}
