import t from 'tap';
import { parseAllDocuments } from 'yaml';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { isSurer } from '../../src/catalogue/entry.ts';
import { AGENT_CLUSTER_RULES } from '../../src/inspection/agent-cluster-rules.ts';
import {
  inspectAgentCluster,
  inspectControllerCluster,
  type RuleResult,
} from '../../src/inspection/apply-rules.ts';
import type {
  AgentClusterFacts,
  ControllerClusterFacts,
  ReadExposure,
} from '../../src/inspection/cluster-facts.ts';
import { CONTROLLER_CLUSTER_RULES } from '../../src/inspection/controller-cluster-rules.ts';
import type { Finding } from '../../src/inspection/finding.ts';
import type { KubernetesObject } from '../../src/inspection/objects/objects.ts';
import { GATEWAY_GROUP } from '../../src/inspection/routes/gateway-objects.ts';
import type { ExposureName } from '../../src/model/exposures.ts';

/** An expected finding: the fields that are given must be equal. */
export type Expected = Pick<Finding, 'code' | 'object' | 'field'> & Partial<Finding>;

/** Objects as an engineer writes them, and what a rule says of them. */
export interface Case<Facts> {
  readonly name: string;
  /** YAML documents. Those without a namespace are in the one that is inspected. */
  readonly objects: string;
  readonly facts?: Partial<Facts>;
  /** null: nothing; `skipped`: nothing, and that does not mean that all is right. */
  readonly found: Expected | readonly Expected[] | 'skipped' | null;
  /** A pattern that the fix of each finding must match, where `found` does not give the whole fix. */
  readonly fix?: RegExp;
}

type Manifest = KubernetesObject & { readonly kind: string; readonly apiVersion?: string };

/** Facts about a namespace whose agents the account `jenkins/jenkins` makes. */
export function agentFacts(
  objects: string,
  given: Partial<AgentClusterFacts> = {},
  namespace = 'agents',
): AgentClusterFacts {
  const all = read(objects, namespace);
  const own = (kind: string) => of(all, kind).filter(({ metadata }) => metadata?.namespace === namespace);
  return {
    namespace,
    account: { namespace: 'jenkins', name: 'jenkins' },
    dynamicVolumes: false,
    namespaceObject: { metadata: { name: namespace }, status: { phase: 'Active' } },
    serviceAccount: { metadata: { name: 'jenkins', namespace: 'jenkins' } },
    accountsWithToken: ['jenkins'],
    roles: own('Role'),
    roleBindings: own('RoleBinding'),
    clusterRoles: of(all, 'ClusterRole'),
    otherRoleBindings: of(all, 'RoleBinding').filter(({ metadata }) => metadata?.namespace !== namespace),
    quotas: own('ResourceQuota'),
    limitRanges: own('LimitRange'),
    agentPods: own('Pod').filter(isAgentPod),
    networkPolicies: own('NetworkPolicy'),
    sidecars: own('Sidecar'),
    serviceEntries: own('ServiceEntry'),
    destinations: [],
    steps: [],
    ...given,
  };
}

/** Facts about a namespace; what is in `ingress-nginx` belongs to the ingress controller. */
export function controllerFacts(
  objects: string,
  given: Partial<ControllerClusterFacts> = {},
  namespace = 'jenkins',
): ControllerClusterFacts {
  const all = read(objects, namespace);
  const inside = (kind: string, where = namespace) =>
    of(all, kind).filter(({ metadata }) => metadata?.namespace === where);
  return {
    namespace,
    agentPort: 50_000,
    url: 'https://jenkins.example.com/',
    health: { nodePort: null, path: '/health/main?entrypoint=agent-port' },
    provider: null,
    readAt: Date.parse('2026-07-01T00:00:00Z'),
    namespaceLabels: { 'kubernetes.io/metadata.name': namespace },
    pods: inside('Pod').filter((pod) => !isAgentPod(pod)),
    agentPods: of(all, 'Pod').filter(isAgentPod),
    services: inside('Service'),
    endpoints: inside('Endpoints'),
    ingresses: inside('Ingress'),
    ingressClasses: of(all, 'IngressClass'),
    gatewayClasses: of(all, 'GatewayClass'),
    networkPolicies: inside('NetworkPolicy'),
    ingressWorkloads: [...of(all, 'Deployment'), ...of(all, 'DaemonSet')],
    ingressServices: inside('Service', 'ingress-nginx'),
    ingressPods: inside('Pod', 'ingress-nginx'),
    configMaps: of(all, 'ConfigMap'),
    exposures: exposuresOf(all),
    ...given,
  };
}

/** The exposure, the group and the plural of each kind of other APIs. */
export const EXPOSED_KINDS: Readonly<Record<string, readonly [ExposureName, string, string]>> = {
  Gateway: ['gateway-api', GATEWAY_GROUP, 'gateways'],
  ListenerSet: ['gateway-api', GATEWAY_GROUP, 'listenersets'],
  HTTPRoute: ['gateway-api', GATEWAY_GROUP, 'httproutes'],
  TCPRoute: ['gateway-api', GATEWAY_GROUP, 'tcproutes'],
  TLSRoute: ['gateway-api', GATEWAY_GROUP, 'tlsroutes'],
  BackendTLSPolicy: ['gateway-api', GATEWAY_GROUP, 'backendtlspolicies'],
  ReferenceGrant: ['gateway-api', GATEWAY_GROUP, 'referencegrants'],
  ClientTrafficPolicy: ['envoy-gateway', 'gateway.envoyproxy.io', 'clienttrafficpolicies'],
  BackendTrafficPolicy: ['envoy-gateway', 'gateway.envoyproxy.io', 'backendtrafficpolicies'],
  EnvoyProxy: ['envoy-gateway', 'gateway.envoyproxy.io', 'envoyproxies'],
  SecurityPolicy: ['envoy-gateway', 'gateway.envoyproxy.io', 'securitypolicies'],
  IngressRoute: ['traefik', 'traefik.io', 'ingressroutes'],
  IngressRouteTCP: ['traefik', 'traefik.io', 'ingressroutetcps'],
  Middleware: ['traefik', 'traefik.io', 'middlewares'],
  MiddlewareTCP: ['traefik', 'traefik.io', 'middlewaretcps'],
  ServersTransportTCP: ['traefik', 'traefik.io', 'serverstransporttcps'],
  // A Gateway of Istio's own has the apiVersion of its group.
  'networking.istio.io Gateway': ['istio', 'networking.istio.io', 'gateways'],
  VirtualService: ['istio', 'networking.istio.io', 'virtualservices'],
  DestinationRule: ['istio', 'networking.istio.io', 'destinationrules'],
  PeerAuthentication: ['istio', 'security.istio.io', 'peerauthentications'],
  AuthorizationPolicy: ['istio', 'security.istio.io', 'authorizationpolicies'],
  Route: ['openshift', 'route.openshift.io', 'routes'],
  TransportServer: ['f5-nginx', 'k8s.nginx.org', 'transportservers'],
  GlobalConfiguration: ['f5-nginx', 'k8s.nginx.org', 'globalconfigurations'],
  VirtualServer: ['f5-nginx', 'k8s.nginx.org', 'virtualservers'],
  Policy: ['f5-nginx', 'k8s.nginx.org', 'policies'],
  TCP: ['haproxy', 'ingress.v3.haproxy.org', 'tcps'],
  HTTPProxy: ['contour', 'projectcontour.io', 'httpproxies'],
  TCPIngress: ['kong', 'configuration.konghq.com', 'tcpingresses'],
  TCPMapping: ['emissary', 'getambassador.io', 'tcpmappings'],
  Mapping: ['emissary', 'getambassador.io', 'mappings'],
  Listener: ['emissary', 'getambassador.io', 'listeners'],
  Host: ['emissary', 'getambassador.io', 'hosts'],
};

/** The row of an object's kind; undefined where it is of no exposure. */
export function exposedKind({
  kind,
  apiVersion = '',
}: Pick<Manifest, 'kind' | 'apiVersion'>): (typeof EXPOSED_KINDS)[string] | undefined {
  return EXPOSED_KINDS[`${apiVersion.split('/')[0]} ${kind}`] ?? EXPOSED_KINDS[kind];
}

/** The objects of other APIs, as if every namespace that is written about were read. */
function exposuresOf(all: readonly Manifest[]): readonly ReadExposure[] {
  const namespaces = [...new Set(all.flatMap(({ metadata }) => metadata?.namespace ?? []))];
  const found = new Map<ExposureName, Map<string, ReadExposure['resources'][number]>>();
  for (const object of all) {
    const [name, group, plural] = exposedKind(object) ?? [];
    if (name === undefined || group === undefined || plural === undefined) continue;
    const resources = found.get(name) ?? new Map();
    const items = [...(resources.get(plural)?.items ?? []), object];
    found.set(name, resources.set(plural, { group, plural, served: ['v1'], items }));
  }
  return [...found].map(([name, resources]) => ({ name, namespaces, resources: [...resources.values()] }));
}

function isAgentPod({ metadata }: KubernetesObject): boolean {
  return metadata?.labels?.jenkins === 'slave';
}

/** Returns true if a rule was skipped because its subject is absent. */
export function isWithoutSubject({ rule, outcome, detail }: RuleResult): boolean {
  const { subject } =
    [...AGENT_CLUSTER_RULES, ...CONTROLLER_CLUSTER_RULES].find(({ name }) => name === rule) ?? {};
  return outcome === 'skipped' && subject !== undefined && detail.endsWith(subject.absent);
}

/** Runs a table over a rule for clusters where agents run. */
export function agentCases(rule: string, cases: readonly Case<AgentClusterFacts>[]): void {
  table(rule, cases, ({ objects, facts }) => inspectAgentCluster(agentFacts(objects, facts)));
}

/** Runs a table over a rule for clusters where a controller runs. */
export function controllerCases(rule: string, cases: readonly Case<ControllerClusterFacts>[]): void {
  table(rule, cases, ({ objects, facts }) => inspectControllerCluster(controllerFacts(objects, facts)));
}

function table<Facts>(
  rule: string,
  cases: readonly Case<Facts>[],
  inspect: (given: Case<Facts>) => readonly RuleResult[],
): void {
  const { codes = [], step } =
    [...AGENT_CLUSTER_RULES, ...CONTROLLER_CLUSTER_RULES].find(({ name }) => name === rule) ?? {};
  t.test(rule, (t) => {
    const written = new Set(codes);
    for (const given of cases) {
      const result = inspect(given).find((each) => each.rule === rule);
      const findings = result?.findings ?? [];
      const { found } = given;
      const expected = found === null || found === 'skipped' ? [] : [found].flat();
      t.equal(result?.outcome, expected.length > 0 ? 'failed' : (found ?? 'ok'), given.name);
      t.equal(findings.length, expected.length, `${given.name}: how much is found`, { findings });
      for (const [index, each] of expected.entries()) {
        const actual = findings[index];
        const same = Object.keys(each).map((key) => [key, actual?.[key as keyof Finding]]);
        t.same(Object.fromEntries(same), each, `${given.name}: ${each.object} ${each.field}`);
      }
      if (given.fix !== undefined) {
        for (const { fix } of findings) t.match(fix, given.fix, `${given.name}: the fix`);
      }
      for (const { code, field, ...found } of findings) {
        written.delete(code);
        // A finding from a log may have any code.
        t.ok(
          codes.includes(code) || field.startsWith('log of'),
          `${given.name}: ${code} is a code of the rule`,
        );
        t.equal(found.step, step, `${given.name}: its step`);
        const { confidence: limit } = CATALOGUE[code];
        t.notOk(isSurer(found.confidence, limit), `${given.name}: ${code} is ${limit} at most`);
      }
      // Whatever begins like a manifest is applied like one.
      for (const { fix } of findings.filter(({ fix }) => /^(apiVersion|metadata|spec):/.test(fix))) {
        t.same(
          parseAllDocuments(fix).flatMap(({ errors }) => errors),
          [],
          `${given.name}: the fix is YAML`,
        );
      }
    }
    t.same([...written], [], 'each code of the rule is found somewhere');
    t.end();
  });
}

// biome-ignore lint/suspicious/noExplicitAny: what a test writes is taken for whatever kind it names.
function of(all: readonly Manifest[], kind: string): any[] {
  return all.filter((each) => each.kind === kind);
}

function read(objects: string, namespace: string): readonly Manifest[] {
  return parseAllDocuments(objects).flatMap((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    const object = document.toJS() as Manifest | null;
    if (object === null) return [];
    const place = ['ClusterRole', 'IngressClass', 'GatewayClass'].includes(object.kind) ? {} : { namespace };
    return [{ ...object, metadata: { ...place, ...object.metadata } }];
  });
}
