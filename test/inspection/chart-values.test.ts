import t from 'tap';
import { parse } from 'yaml';
import { inspectControllerCluster } from '../../src/inspection/apply-rules.ts';
import type { ControllerClusterFacts } from '../../src/inspection/cluster-facts.ts';
import type { Finding } from '../../src/inspection/finding.ts';
import { type ChartValues, chartObjects } from './chart.ts';
import { controllerFacts } from './cluster.ts';

const AWS = 'service.beta.kubernetes.io/aws-load-balancer-';
const FIRST = /^# Values of the (Jenkins|ingress-nginx) chart:\n/;
const THEN = '\n# Until the next helm upgrade, without the chart:\n';

function findingOf(
  objects: string,
  code: Finding['code'],
  facts: Partial<ControllerClusterFacts> = {},
): Finding {
  const found = inspectControllerCluster(controllerFacts(objects, facts))
    .flatMap(({ findings }) => findings)
    .find((finding) => finding.code === code);
  if (found === undefined) throw new Error(`${code} is not found`);
  return found;
}

/** The values that a fix names, and what it says to do until the next upgrade. */
function partsOf({ fix }: Finding): { chart: string | undefined; values: string; patch: string } {
  const [values = '', patch = ''] = fix.replace(FIRST, '').split(THEN);
  return { chart: FIRST.exec(fix)?.[1], values, patch };
}

interface Case {
  readonly code: Finding['code'];
  readonly values: ChartValues;
  readonly facts?: Partial<ControllerClusterFacts>;
  readonly change?: (objects: string) => string;
  /** The values to set. */
  readonly set: unknown;
}

const INGRESS = { hostName: 'jenkins.example.com' };
const NGINX = 'nginx.ingress.kubernetes.io/';
const HTTP = { url: 'http://jenkins.example.com/' };

const CASES: Readonly<Record<string, Case>> = {
  'an annotation of the agent Service': {
    code: 'lb-idle-timeout-tcp',
    values: { agentListenerServiceType: 'LoadBalancer' },
    facts: { provider: 'aws' },
    set: {
      controller: {
        agentListenerServiceAnnotations: { [`${AWS}connection-idle-timeout`]: '3600' },
      },
    },
  },
  'several annotations, given as YAML': {
    code: 'tcp-healthcheck-log-spam',
    values: { agentListenerServiceType: 'LoadBalancer' },
    facts: { provider: 'aws' },
    set: {
      controller: {
        agentListenerServiceAnnotations: {
          [`${AWS}healthcheck-protocol`]: 'http',
          [`${AWS}healthcheck-port`]: 'traffic-port',
          [`${AWS}healthcheck-path`]: '/',
        },
      },
    },
  },
  'an annotation to remove': {
    code: 'proxy-protocol-injected',
    values: {
      agentListenerServiceType: 'LoadBalancer',
      agentListenerServiceAnnotations: { [`${AWS}proxy-protocol`]: '*' },
    },
    facts: { provider: 'aws' },
    set: null,
  },
  'externalTrafficPolicy: Local, with a check that is blind': {
    code: 'externaltrafficpolicy-local-blackhole',
    values: {
      agentListenerServiceType: 'LoadBalancer',
      agentListenerServiceAnnotations: {
        [`${AWS}type`]: 'nlb',
        [`${AWS}healthcheck-port`]: '10256',
        [`${AWS}healthcheck-protocol`]: 'http',
      },
    },
    facts: { provider: 'aws' },
    change: (objects) =>
      objects.replace('type: LoadBalancer', 'type: LoadBalancer\n  externalTrafficPolicy: Local'),
    set: { controller: { agentListenerExternalTrafficPolicy: 'Cluster' } },
  },
  'the Service that is left out': {
    code: 'agent-port-not-in-service',
    values: { agentListenerEnabled: false },
    set: { controller: { agentListenerEnabled: true } },
  },
  'the agent port of the Service': {
    code: 'alb-or-http-lb-on-50000',
    values: { agentListenerPort: 50_001 },
    change: (objects) => objects.replace('port: 50001, targetPort: 50001', 'port: 50001, targetPort: 8080'),
    set: { controller: { agentListenerPort: 50_001 } },
  },
  'an annotation of the Ingress': {
    code: 'ip-allowlist-403',
    values: {
      ingress: {
        ...INGRESS,
        ingressClassName: 'nginx',
        annotations: { [`${NGINX}whitelist-source-range`]: '192.0.2.0/24' },
      },
    },
    set: {
      controller: {
        ingress: { annotations: { [`${NGINX}whitelist-source-range`]: '192.0.2.0/24,AGENT-CLUSTER-CIDR' } },
      },
    },
  },
  'annotations to remove from the Ingress': {
    code: 'ingress-annotation-unread',
    values: {
      ingress: { ...INGRESS, ingressClassName: 'traefik', annotations: { [`${NGINX}auth-url`]: 'x' } },
    },
    set: null,
  },
  'the URL of agents': {
    code: 'discovery-redirect-only',
    values: {
      ingress: {
        ...INGRESS,
        ingressClassName: 'nginx',
        annotations: { [`${NGINX}force-ssl-redirect`]: 'true' },
      },
    },
    facts: HTTP,
    set: { agent: { jenkinsUrl: 'https://jenkins.example.com/' } },
  },
  'the parents of the HTTPRoute': {
    code: 'gateway-route-not-attached',
    values: { httpRoute: { ...INGRESS, parentRef: '{ name: pubilc }' } },
    set: {
      controller: {
        httpRoute: { parentRefs: [{ name: 'GATEWAY', namespace: 'NAMESPACE', sectionName: 'LISTENER' }] },
      },
    },
  },
  'an annotation of the Route': {
    code: 'ws-idle-timeout',
    values: {
      route: { ...INGRESS, annotations: { 'haproxy.router.openshift.io/timeout-tunnel': '20s' } },
    },
    set: {
      controller: { route: { annotations: { 'haproxy.router.openshift.io/timeout-tunnel': '1h' } } },
    },
  },
  'the URL of agents, behind a Route': {
    code: 'discovery-redirect-only',
    values: { route: INGRESS },
    facts: HTTP,
    set: { agent: { jenkinsUrl: 'https://jenkins.example.com/' } },
  },
  'the path of the Ingress': {
    code: 'listener-not-found',
    values: { jenkinsUriPrefix: '/ci', ingress: { ...INGRESS, path: '/jenkins' } },
    facts: { url: 'https://jenkins.example.com/ci/' },
    set: { controller: { ingress: { path: '/ci' } } },
  },
  'the paths of the second Ingress': {
    code: 'listener-not-found',
    values: { secondaryingress: { ...INGRESS, paths: ['/github-webhook'] } },
    set: { controller: { secondaryingress: { paths: ['/tcpSlaveAgentListener/'] } } },
  },
  'a probe of the kubelet': {
    code: 'tcp-healthcheck-log-spam',
    values: {},
    change: (objects) =>
      objects.replace(/livenessProbe: .*/, 'livenessProbe: { tcpSocket: { port: agent-listener } }'),
    set: {
      controller: {
        probes: {
          livenessProbe: {
            httpGet: { path: '{{ default "" .Values.controller.jenkinsUriPrefix }}/login', port: 'http' },
          },
        },
      },
    },
  },
  'agents of another namespace, which the NetworkPolicy leaves out': {
    code: 'networkpolicy-label-mismatch',
    values: { networkPolicy: true, agentNamespace: 'ci-agents' },
    set: {
      networkPolicy: { internalAgents: { namespaceLabels: { 'kubernetes.io/metadata.name': 'ci-agents' } } },
    },
  },
};

for (const [name, { code, values, facts, change = (objects: string) => objects, set }] of Object.entries(
  CASES,
)) {
  t.test(`a fix names the value of the Jenkins chart: ${name}`, (t) => {
    for (const helmLabels of [true, false]) {
      const found = findingOf(change(chartObjects({ ...values, helmLabels })), code, facts);
      const parts = partsOf(found);
      t.equal(parts.chart, 'Jenkins', found.fix);
      t.same(parse(parts.values), set);
      if (set === null) t.match(parts.values, /^# remove \S+ from \S+$/m);
      const own = change(chartObjects({ ...values, helmLabels }))
        .replaceAll(/, helm\.sh\/chart: [\w.-]+/g, '')
        .replaceAll('managed-by: Helm', 'managed-by: others');
      const bare = findingOf(own, code, facts);
      t.equal(parts.patch, bare.fix, 'without the chart the fix is the same, and names no value');
      t.notMatch(bare.fix, 'chart');
      t.notOk('writes' in found, 'what a fix writes is no part of a report');
    }
    t.end();
  });
}

t.test('a label that agents of the namespace lack is no value of the chart', async (t) => {
  const objects = chartObjects({ networkPolicy: true }).replace(
    'labels: { jenkins: slave, jenkins/ci-jenkins-agent: "true",',
    'labels: { jenkins: slave,',
  );
  t.notMatch(findingOf(objects, 'networkpolicy-label-mismatch').fix, 'Values of');
});

const FRONT = 'helm.sh/chart: ingress-nginx-4.13.0';
const front = (entry: string, settings: string, port = '') => `${chartObjects()}
---
kind: Deployment
metadata: { name: front, namespace: ingress-nginx, labels: { ${FRONT} } }
spec:
  template:
    metadata: { labels: { app: front } }
    spec:
      containers:
        - image: registry.k8s.io/ingress-nginx/controller:v1.14.0
          args: [--tcp-services-configmap=ingress-nginx/front-tcp, --configmap=ingress-nginx/front]
---
kind: Service
metadata: { name: front, namespace: ingress-nginx, labels: { ${FRONT} } }
spec: { type: LoadBalancer, selector: { app: front }, ports: [{ name: https, port: 443 }${port}] }
---
kind: ConfigMap
metadata: { name: front-tcp, namespace: ingress-nginx, labels: { ${FRONT} } }
data: { "50000": "${entry}" }
---
kind: ConfigMap
metadata: { name: front, namespace: ingress-nginx, labels: { ${FRONT} } }
data: { ${settings} }`;
const RIGHT = 'jenkins/ci-jenkins-agent:50000';
const PUBLISHED = ', { name: tcp-50000, port: 50000, targetPort: 50000 }';

for (const [name, code, objects, set] of [
  ['the entry', 'nginx-tcp-bad-reference', front('ci-jenkins-agent:50000', ''), { tcp: { 50000: RIGHT } }],
  ['the port of the Service', 'nginx-tcp-not-published', front(RIGHT, ''), { tcp: { 50000: RIGHT } }],
  [
    'the PROXY header',
    'proxy-protocol-injected',
    front(`${RIGHT}::PROXY`, '', PUBLISHED),
    { tcp: { 50000: RIGHT } },
  ],
  [
    'a setting',
    'lb-idle-timeout-tcp',
    front(RIGHT, 'proxy-stream-timeout: 60s', PUBLISHED).replace('type: LoadBalancer', 'type: NodePort'),
    { controller: { config: { 'proxy-stream-timeout': '3600s' } } },
  ],
  [
    'an annotation of the Service',
    'tcp-healthcheck-log-spam',
    front(RIGHT, '', PUBLISHED).replace(
      `name: front, namespace: ingress-nginx, labels: { ${FRONT} } }\nspec: { type`,
      `name: front, namespace: ingress-nginx, labels: { ${FRONT} }, annotations: { ${AWS}type: nlb } }\nspec: { type`,
    ),
    {
      controller: {
        service: {
          annotations: {
            [`${AWS}healthcheck-protocol`]: 'http',
            [`${AWS}healthcheck-port`]: '31180',
            [`${AWS}healthcheck-path`]: '/health/main?entrypoint=agent-port',
          },
        },
      },
    },
  ],
] as const) {
  t.test(`a fix names the value of the chart of ingress-nginx: ${name}`, async (t) => {
    const health = { nodePort: 31_180, path: '/health/main?entrypoint=agent-port' };
    const parts = partsOf(findingOf(objects, code, { health, provider: 'aws' }));
    t.equal(parts.chart, 'ingress-nginx');
    t.same(parse(parts.values), set);
    t.ok(parts.patch);
  });
}

t.test('what stands in labels and annotations does not become more YAML', async (t) => {
  const key = `${NGINX}auth-url\nagent: { websocket: true }`;
  const ingress = { ...INGRESS, ingressClassName: 'traefik', annotations: { [key]: 'x' } };
  t.equal(parse(partsOf(findingOf(chartObjects({ ingress }), 'ingress-annotation-unread')).values), null);
});
