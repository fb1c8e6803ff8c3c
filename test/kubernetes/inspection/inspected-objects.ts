import type { ApiServer } from '../api-server.ts';
import { CUSTOM_KINDS } from '../custom-resources.ts';

/** An object to write, with the API that takes it. */
export interface Manifest {
  readonly kind: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests change whatever field they break.
  readonly [field: string]: any;
}

const APIS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    CUSTOM_KINDS.map(({ kind, group, versions }) => [kind, `/apis/${group}/${versions[0]}`]),
  ),
  Role: '/apis/rbac.authorization.k8s.io/v1',
  RoleBinding: '/apis/rbac.authorization.k8s.io/v1',
  NetworkPolicy: '/apis/networking.k8s.io/v1',
  Ingress: '/apis/networking.k8s.io/v1',
  Deployment: '/apis/apps/v1',
};
const PLURALS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(CUSTOM_KINDS.map(({ kind, plural }) => [kind, plural])),
  NetworkPolicy: 'networkpolicies',
  Ingress: 'ingresses',
  Endpoints: 'endpoints',
};

/** Writes objects as the API server stores them, defaults filled in; a `status` goes to its subresource. */
export async function write(
  server: ApiServer,
  namespace: string,
  manifests: readonly Manifest[],
): Promise<void> {
  await server.make('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  for (const { kind, status, ...body } of manifests) {
    const place = body.metadata.namespace ?? namespace;
    if (place !== namespace) await server.ask('POST', '/api/v1/namespaces', { metadata: { name: place } });
    const path = pathOf(kind, place);
    // A custom resource is stored as it is sent, with its kind.
    const custom = CUSTOM_KINDS.find((each) => each.kind === kind);
    const own = custom === undefined ? {} : { kind, apiVersion: `${custom.group}/${custom.versions[0]}` };
    await server.make('POST', path, { ...own, ...body });
    if (status !== undefined) {
      await server.make('PATCH', `${path}/${body.metadata.name}/status`, { status });
    }
  }
}

/** The path of the objects of a kind, which may be written small as in a command. */
export function pathOf(kind: string, namespace: string): string {
  const known = [...Object.keys(APIS), ...Object.keys(PLURALS)];
  const name = known.find((each) => each.toLowerCase() === kind.toLowerCase()) ?? kind;
  return `${APIS[name] ?? '/api/v1'}/namespaces/${namespace}/${PLURALS[name] ?? `${kind.toLowerCase()}s`}`;
}

const ALL = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

/** A namespace of agents in which all is right. */
export function agentObjects(namespace: string): Manifest[] {
  return [
    { kind: 'ServiceAccount', metadata: { name: 'jenkins' } },
    {
      kind: 'Role',
      metadata: { name: 'jenkins-agents' },
      rules: [
        { apiGroups: [''], resources: ['pods', 'pods/exec'], verbs: ALL },
        { apiGroups: [''], resources: ['pods/log'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: [''], resources: ['events'], verbs: ['watch'] },
        { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['create'] },
      ],
    },
    {
      kind: 'RoleBinding',
      metadata: { name: 'jenkins-agents' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'jenkins-agents' },
      subjects: [{ kind: 'ServiceAccount', name: 'jenkins', namespace }],
    },
    {
      kind: 'ResourceQuota',
      metadata: { name: 'agents' },
      spec: { hard: { pods: '10' } },
      status: { hard: { pods: '10' }, used: { pods: '3' } },
    },
    {
      kind: 'NetworkPolicy',
      metadata: { name: 'agents' },
      spec: {
        podSelector: { matchLabels: { jenkins: 'slave' } },
        policyTypes: ['Egress'],
        egress: [
          {
            to: [{ ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.128/25'] } }],
            ports: [{ protocol: 'TCP', port: 50_000 }],
          },
          { ports: [{ protocol: 'UDP', port: 53 }] },
        ],
      },
    },
    {
      kind: 'Pod',
      metadata: { name: 'agent', labels: { jenkins: 'slave', 'jenkins/label': 'linux' } },
      spec: {
        containers: [
          {
            name: 'jnlp',
            image: 'jenkins/inbound-agent:3355',
            env: [
              { name: 'JENKINS_SECRET', value: 'a'.repeat(64) },
              { name: 'JENKINS_TUNNEL', value: 'agents.example.com:50000' },
              { name: 'JENKINS_URL', value: 'https://jenkins.example.com/' },
            ],
            resources: { limits: { memory: '256Mi' } },
          },
        ],
      },
      status: {
        phase: 'Running',
        containerStatuses: [container({ running: { startedAt: '2026-01-01T00:00:00Z' } }, true)],
      },
    },
  ];
}

/** The status of the agent's container. */
export function container(state: object, ready = false, restartCount = 0) {
  return { name: 'jnlp', image: '', imageID: '', lastState: {}, ready, restartCount, state };
}

const WEB = { name: 'http', port: 8080, targetPort: 8080 };
const AGENT = { name: 'tcp-agent-listener', port: 50_000, targetPort: 50_000 };
const AWS = 'service.beta.kubernetes.io/aws-load-balancer-';

/** A namespace of a controller in which all is right, with ingress-nginx beside it. */
export function controllerObjects(namespace: string): Manifest[] {
  const labels = { 'app.kubernetes.io/instance': 'main' };
  const address = { ip: '10.1.0.7', targetRef: { kind: 'Pod', name: 'main-0' } };
  const endpoints = (name: string, { port, name: portName }: typeof WEB): Manifest => ({
    kind: 'Endpoints',
    metadata: { name },
    subsets: [{ addresses: [address], ports: [{ name: portName, port }] }],
  });
  return [
    {
      kind: 'Pod',
      metadata: { name: 'main-0', labels },
      spec: {
        containers: [
          {
            name: 'jenkins',
            image: 'jenkins/jenkins:lts',
            ports: [{ containerPort: 8080 }, { containerPort: 50_000 }],
            livenessProbe: { httpGet: { path: '/login', port: 8080 } },
          },
        ],
      },
    },
    { kind: 'Service', metadata: { name: 'main' }, spec: { selector: labels, ports: [WEB] } },
    {
      kind: 'Service',
      metadata: {
        name: 'main-agent',
        annotations: {
          [`${AWS}type`]: 'external',
          [`${AWS}nlb-target-type`]: 'ip',
          [`${AWS}healthcheck-protocol`]: 'http',
          [`${AWS}healthcheck-path`]: '/',
          [`${AWS}healthcheck-success-codes`]: '200',
        },
      },
      spec: { type: 'LoadBalancer', selector: labels, ports: [AGENT] },
    },
    endpoints('main', WEB),
    endpoints('main-agent', AGENT),
    {
      kind: 'Ingress',
      metadata: { name: 'main', annotations: {} },
      spec: {
        ingressClassName: 'nginx',
        rules: [
          {
            host: 'jenkins.example.com',
            http: {
              paths: [
                {
                  path: '/tcpSlaveAgentListener/',
                  pathType: 'Prefix',
                  backend: { service: { name: 'main', port: { number: 8080 } } },
                },
              ],
            },
          },
        ],
      },
    },
    {
      kind: 'Deployment',
      metadata: { name: 'nginx' },
      spec: {
        selector: { matchLabels: { app: 'nginx' } },
        template: {
          metadata: { labels: { app: 'nginx' } },
          spec: {
            containers: [
              {
                name: 'controller',
                image: 'registry.k8s.io/ingress-nginx/controller:v1',
                args: ['/nginx-ingress-controller', '--tcp-services-configmap=$(POD_NAMESPACE)/tcp-services'],
              },
            ],
          },
        },
      },
    },
    {
      kind: 'Service',
      metadata: { name: 'nginx' },
      spec: { selector: { app: 'nginx' }, ports: [{ name: 'tcp-50000', port: 50_000 }] },
    },
    {
      kind: 'ConfigMap',
      metadata: { name: 'tcp-services' },
      data: { 50000: `${namespace}/main-agent:50000` },
    },
  ];
}

/** The annotation of the AWS load balancers that ends so. */
export const aws = (suffix: string) => `${AWS}${suffix}`;
