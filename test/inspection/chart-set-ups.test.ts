import t from 'tap';
import { inspectAgentCluster, inspectControllerCluster } from '../../src/inspection/apply-rules.ts';
import type { AgentClusterFacts, ControllerClusterFacts } from '../../src/inspection/cluster-facts.ts';
import type { Finding } from '../../src/inspection/finding.ts';
import { type ChartValues, chartObjects } from './chart.ts';
import { agentFacts, controllerFacts } from './cluster.ts';

const ACCOUNT = { namespace: 'jenkins', name: 'ci-jenkins' };

/** Returns the findings in the objects of the chart, where the controller runs and where its agents run. */
function findingsOf(
  objects: string,
  inController: Partial<ControllerClusterFacts> = {},
  inAgents: Partial<AgentClusterFacts> = {},
  agentNamespace = 'jenkins',
): readonly Finding[] {
  const controller = controllerFacts(objects, { url: null, ...inController });
  // Agents of other namespaces are not read there.
  const agentPods = controller.agentPods?.filter(({ metadata }) => metadata?.namespace === 'jenkins') ?? [];
  return [
    ...inspectControllerCluster({ ...controller, agentPods }),
    ...inspectAgentCluster(
      agentFacts(
        objects,
        { account: ACCOUNT, accountsWithToken: [ACCOUNT.name], ...inAgents },
        agentNamespace,
      ),
    ),
  ].flatMap(({ findings }) => findings);
}

type Found = readonly (readonly [Finding['code'], Finding['confidence']])[];
interface SetUp {
  readonly values: ChartValues;
  readonly found: Found;
  /** Jenkins URLs as agents outside use them. */
  readonly urls?: readonly string[];
  readonly provider?: ControllerClusterFacts['provider'];
}

const OUTSIDE = 'https://jenkins.example.com/';
const AWS = 'service.beta.kubernetes.io/aws-load-balancer-';
const HELLO = {
  [`${AWS}type`]: 'external',
  [`${AWS}nlb-target-type`]: 'ip',
  [`${AWS}healthcheck-protocol`]: 'http',
  [`${AWS}healthcheck-path`]: '/',
  [`${AWS}healthcheck-success-codes`]: '200',
};
const OLD = {
  'nginx.ingress.kubernetes.io/auth-url': 'https://login.example.com/auth',
  'nginx.ingress.kubernetes.io/permanent-redirect': 'http://old.example.com',
  'nginx.ingress.kubernetes.io/whitelist-source-range': '10.0.0.0/8',
};
const ELSEWHERE = { 'kubernetes.io/metadata.name': 'ci-agents' };

/** Values of the chart, and what is found with each: nothing, or what its maintainers would find right as well. */
const SET_UPS: Readonly<Record<string, SetUp>> = {
  defaults: { values: {}, found: [] },
  'no agent runs': { values: { agent: false }, found: [] },
  'renderHelmLabels: false': { values: { helmLabels: false }, found: [] },
  'agentListenerPort: 50001': { values: { agentListenerPort: 50_001 }, found: [] },
  'agentListenerPort: 50001, with its NetworkPolicies': {
    values: { agentListenerPort: 50_001, networkPolicy: true },
    found: [],
  },
  'agentListenerServiceType: NodePort': { values: { agentListenerServiceType: 'NodePort' }, found: [] },
  'agentListenerServiceType: LoadBalancer, nobody knows whose': {
    values: { agentListenerServiceType: 'LoadBalancer' },
    found: [],
  },
  'agentListenerServiceType: LoadBalancer on AWS': {
    values: { agentListenerServiceType: 'LoadBalancer' },
    provider: 'aws',
    found: [
      ['lb-idle-timeout-tcp', 'certain'],
      ['tcp-healthcheck-log-spam', 'certain'],
    ],
  },
  'agentListenerServiceType: LoadBalancer on AWS, with annotations': {
    values: { agentListenerServiceType: 'LoadBalancer', agentListenerServiceAnnotations: HELLO },
    provider: 'aws',
    found: [],
  },
  'serviceType: LoadBalancer on AWS': { values: { serviceType: 'LoadBalancer' }, provider: 'aws', found: [] },
  'agent.websocket: true': { values: { websocket: true }, found: [] },
  'agent.websocket: true, agentListenerEnabled: false': {
    values: { websocket: true, agentListenerEnabled: false },
    found: [],
  },
  'agent.websocket: true, agentListenerEnabled: false, and no agent runs': {
    values: { websocket: true, agentListenerEnabled: false, agent: false },
    found: [],
  },
  'agentListenerEnabled: false, and agents are told the Service that it leaves out': {
    values: { agentListenerEnabled: false },
    found: [['agent-port-not-in-service', 'likely']],
  },
  'agentListenerHostPort: 50000, agentListenerEnabled: false, agent.jenkinsTunnel: a node': {
    values: {
      agentListenerHostPort: 50_000,
      agentListenerEnabled: false,
      jenkinsTunnel: 'node-1.example.com:50000',
    },
    // The pod may move to another node unless nodeSelector holds it.
    found: [['tunnel-target-wrong', 'possible']],
  },
  'agent.directConnection: true': { values: { directConnection: true }, found: [] },
  'agent.namespace: ci-agents': { values: { agentNamespace: 'ci-agents' }, found: [] },
  'agent.namespace: ci-agents, with NetworkPolicies that admit it': {
    values: { agentNamespace: 'ci-agents', networkPolicy: true, namespaceLabels: ELSEWHERE },
    found: [],
  },
  'jenkinsUriPrefix: /ci': { values: { jenkinsUriPrefix: '/ci' }, found: [] },
  ingress: { values: { ingress: { hostName: 'jenkins.example.com' } }, urls: [OUTSIDE], found: [] },
  'ingress of class nginx, jenkinsUriPrefix: /ci': {
    values: {
      jenkinsUriPrefix: '/ci',
      ingress: { hostName: 'jenkins.example.com', ingressClassName: 'nginx', path: '/ci' },
    },
    urls: [`${OUTSIDE}ci/`],
    found: [],
  },
  'secondaryingress for webhooks, on a host of its own': {
    values: {
      ingress: { hostName: 'jenkins.example.com' },
      secondaryingress: { hostName: 'hooks.example.com', paths: ['/github-webhook'] },
    },
    urls: [OUTSIDE],
    found: [],
  },
  'secondaryingress for webhooks, on the host of the ingress': {
    values: {
      ingress: { hostName: 'jenkins.example.com' },
      secondaryingress: { hostName: 'jenkins.example.com', paths: ['/github-webhook'] },
    },
    urls: [OUTSIDE],
    found: [],
  },
  'ingress of class traefik, with annotations of ingress-nginx': {
    values: {
      ingress: { hostName: 'jenkins.example.com', ingressClassName: 'traefik', annotations: OLD },
    },
    urls: [OUTSIDE],
    found: [['ingress-annotation-unread', 'likely']],
  },
  httpRoute: { values: { httpRoute: { hostName: 'jenkins.example.com' } }, urls: [OUTSIDE], found: [] },
  'secondaryingress for webhooks, on the host of the httpRoute': {
    values: {
      httpRoute: { hostName: 'jenkins.example.com' },
      secondaryingress: { hostName: 'jenkins.example.com', paths: ['/github-webhook'] },
    },
    urls: [OUTSIDE],
    found: [],
  },
  'route of OpenShift': {
    values: { route: { hostName: 'jenkins.example.com' } },
    urls: [OUTSIDE],
    found: [],
  },
  'networkPolicy.enabled': { values: { networkPolicy: true }, found: [] },
  'rules beside the own ones': {
    values: { extraRules: '  - { apiGroups: [apps], resources: [deployments], verbs: ["*"] }' },
    found: [],
  },
};

for (const [name, { values, found, urls = [], provider = null }] of Object.entries(SET_UPS)) {
  t.test(`the official chart: ${name}`, (t) => {
    const objects = chartObjects(values);
    const { pods = [] } = controllerFacts(objects);
    const announcedPort = values.agentListenerPort ?? 50_000;
    const inCluster = `http://ci-jenkins.jenkins.svc.cluster.local:8080${values.jenkinsUriPrefix ?? ''}/`;
    for (const url of [null, inCluster, ...urls]) {
      for (const [inController, inAgents] of [
        [{}, {}],
        [{ announcedPort }, { dynamicVolumes: true }],
        [{}, { accountsWithToken: [], podsOfAccount: pods }],
      ] as const) {
        const here = { url, provider, ...inController };
        const all = findingsOf(objects, here, inAgents, values.agentNamespace);
        // An Ingress of another host than the URL's is not on the way.
        const expected = url === inCluster && name.includes('traefik') ? [] : found;
        t.same(
          all.map(({ code, confidence }) => [code, confidence]),
          expected,
          url ?? 'without a URL',
        );
      }
    }
    t.end();
  });
}

t.test('an account with no more rights than every agent needs', (t) => {
  const objects = chartObjects().replace(
    /rules:\n {2}- \{ apiGroups: \[""\], resources: \[pods, .*\n.*\n/,
    'rules: [{ apiGroups: [""], resources: [pods], verbs: [create, delete, get, list, watch] }]\n',
  );
  t.same(
    findingsOf(objects).map(({ code, confidence }) => [code, confidence]),
    [
      ['rbac-pods-forbidden', 'possible'],
      ['rbac-events-forbidden', 'possible'],
    ],
  );
  t.end();
});

t.test('the chart with one mistake: the listener moved, the Service stayed', (t) => {
  const objects = chartObjects({ agentListenerPort: 50_001 }).replaceAll(
    'port: 50001, targetPort: 50001',
    'port: 50000, targetPort: 8080',
  );
  t.match(findingsOf(objects), [
    {
      code: 'alb-or-http-lb-on-50000',
      object: 'Service jenkins/ci-jenkins-agent',
      actual: '8080',
      expected: '50001',
      confidence: 'certain',
    },
  ]);
  t.end();
});
