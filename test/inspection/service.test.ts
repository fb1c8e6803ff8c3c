import type { StepResult } from '../../src/model/result.ts';
import { controllerCases } from './cluster.ts';

/** A controller as the helm chart makes it. */
const POD = `
kind: Pod
metadata:
  name: main-0
  labels: { app: jenkins, instance: main }
  ownerReferences: [{ kind: StatefulSet, name: main }]
spec:
  containers:
    - name: jenkins
      image: jenkins/jenkins:lts
      ports: [{ name: http, containerPort: 8080 }, { name: agent-listener, containerPort: 50000 }]
---
`;
const WEB = `
kind: Service
metadata: { name: main }
spec: { selector: { app: jenkins }, ports: [{ name: http, port: 8080, targetPort: 8080 }] }
---
`;
const agent = (ports: string, selector = '{ app: jenkins }', name = 'main-agent') => `
kind: Service
metadata: { name: ${name} }
spec: { selector: ${selector}, ports: ${ports} }
---
`;
const AGENT = agent('[{ name: tcp-agent-listener, port: 50000, targetPort: 50000 }]');
const readyAt = (addresses: string, rest = '', name = 'main-agent') => `
kind: Endpoints
metadata: { name: ${name} }
subsets: [{ addresses: ${addresses}${rest} }]
---
`;
const MAIN = '{ ip: 10.1.0.7, targetRef: { kind: Pod, name: main-0 } }';
const READY = readyAt(`[${MAIN}]`);

interface Second {
  readonly name?: string;
  readonly selector?: string;
  /** The Service that agents use already, and how its ports are changed; null: there is none. */
  readonly patch?: string | null;
}

/** The second Service, the tunnel that it takes, and the patch that does without. */
const secondService = ({
  name = 'main-agent',
  selector = '{"app":"jenkins"}',
  patch = ADD_PORT,
}: Second = {}) =>
  [
    'apiVersion: v1',
    'kind: Service',
    `metadata: { name: ${name}, namespace: jenkins }`,
    'spec:',
    `  selector: ${selector}`,
    '  ports: [{ name: tcp-agent-listener, port: 50000, targetPort: 50000 }]',
    '# Agents dial the host of the Jenkins URL. Lead them to this Service instead,',
    '# in the cloud (JCasC: jenkins.clouds[].kubernetes):',
    `#   jenkinsTunnel: "${name}.jenkins.svc.cluster.local:50000"`,
    ...(patch === null
      ? []
      : [
          '# Or add the port to Service main. That needs no tunnel',
          '# where the Jenkins URL of the agents names this Service:',
          `#   kubectl -n jenkins patch service main --type=json -p '${patch}'`,
        ]),
  ].join('\n');
const ADD_PORT =
  '[{"op":"add","path":"/spec/ports/-","value":{"name":"tcp-agent-listener","port":50000,"targetPort":50000}}]';
const NOT_IN_SERVICE = {
  code: 'agent-port-not-in-service',
  object: 'Service jenkins/main',
  field: 'spec.ports',
  confidence: 'likely',
} as const;
const agentPod = (name: string, env: string) => `
kind: Pod
metadata: { name: ${name}, labels: { jenkins: slave } }
spec: { containers: [{ name: jnlp, env: [{ name: JENKINS_SECRET, value: x }${env}] }] }
---
`;
const WEBSOCKET = ', { name: JENKINS_WEB_SOCKET, value: "true" }';
const tunnel = (to: string) => `, { name: JENKINS_TUNNEL, value: "${to}" }`;
const CHART_LABELS = 'app.kubernetes.io/managed-by: Helm, app.kubernetes.io/component: jenkins-controller';
const FROM_CHART = POD.replace('{ app: jenkins,', `{ ${CHART_LABELS}, app: jenkins,`);
const WEB_FROM_CHART = WEB.replace('{ name: main }', `{ name: main, labels: { ${CHART_LABELS} } }`);
const step = (
  entrypoint: StepResult['entrypoint'],
  step: StepResult['step'],
  outcome: StepResult['outcome'],
): StepResult => ({
  step,
  entrypoint,
  outcome,
  address: null,
  reason: outcome === 'ok' ? null : 'agent-port-refused',
  durationMs: 1,
  detail: '',
});
const withPort = (port: string, rest = '') =>
  POD.replace('containerPort: 50000', `containerPort: ${port}`).replace(
    'ports: [{ name: http',
    `${rest}ports: [{ name: http`,
  );
const variable = (value: string) => `env: [{ name: JENKINS_SLAVE_AGENT_PORT, value: "${value}" }]\n      `;

controllerCases('service-has-agent-port', [
  { name: 'a Service of its own', objects: POD + WEB + AGENT, found: null },
  {
    name: 'one Service with both ports',
    objects: POD + agent('[{ port: 8080 }, { port: 50000 }]', '{ app: jenkins }', 'main'),
    found: null,
  },
  {
    name: 'another port number that leads there',
    objects: POD + agent('[{ port: 443, targetPort: 50000 }]'),
    found: null,
  },
  {
    name: 'by the name of the container port',
    objects: POD + agent('[{ port: 443, targetPort: agent-listener }]'),
    found: null,
  },
  {
    name: 'a headless Service',
    objects: POD + AGENT.replace('spec: {', 'spec: { clusterIP: None,'),
    found: null,
  },
  {
    name: 'the web port alone',
    objects: POD + WEB,
    found: {
      ...NOT_IN_SERVICE,
      actual: '8080 (http)',
      expected: 'a port that leads to 50000',
      fix: secondService(),
    },
  },
  {
    name: 'the web port alone, without a name: with two ports, each has to have one',
    objects: POD + WEB.replace('name: http, ', ''),
    found: {
      ...NOT_IN_SERVICE,
      actual: '8080',
      fix: secondService({
        patch: `[{"op":"add","path":"/spec/ports/0/name","value":"http"},${ADD_PORT.slice(1)}`,
      }),
    },
  },
  {
    name: 'a Service of the name that the second one would take: it takes another',
    objects: POD + WEB + agent('[{ port: 5432 }]', '{ app: db }'),
    found: { ...NOT_IN_SERVICE, fix: secondService({ name: 'main-agent-2' }) },
  },
  {
    name: 'a connection to the agent port failed as well',
    objects: POD + WEB,
    facts: { steps: [step('agent-port', 'port-connect', 'failed')] },
    found: { ...NOT_IN_SERVICE, confidence: 'certain' },
  },
  {
    name: 'agents that use WebSocket',
    objects: POD + WEB + agentPod('a', WEBSOCKET),
    found: null,
  },
  {
    name: 'agents of which some use WebSocket',
    objects: POD + WEB + agentPod('a', WEBSOCKET) + agentPod('b', ''),
    found: NOT_IN_SERVICE,
  },
  {
    name: 'probes of WebSocket alone',
    objects: POD + WEB,
    facts: { steps: [step('web', 'web-connect', 'ok'), step('websocket', 'ws-upgrade', 'ok')] },
    found: null,
  },
  {
    name: 'a controller that opens no agent port',
    objects: withPort('50000', variable('-1')) + WEB,
    found: null,
  },
  {
    name: 'a port of the node leads there',
    objects: withPort('50000, hostPort: 50000') + WEB,
    found: 'skipped',
  },
  {
    name: 'the network of the node leads there, and a connection failed: the port may be refused for other reasons',
    objects: POD.replace('spec:\n', 'spec:\n  hostNetwork: true\n') + WEB,
    facts: { steps: [step('agent-port', 'port-connect', 'failed')] },
    found: NOT_IN_SERVICE,
  },
  {
    name: 'the official chart, which leaves the Service out where it is told to',
    objects: FROM_CHART + WEB,
    found: 'skipped',
  },
  {
    name: 'the official chart without the Service that an agent is told',
    objects:
      FROM_CHART + WEB_FROM_CHART + agentPod('a', tunnel('main-agent.jenkins.svc.cluster.local:50000')),
    found: NOT_IN_SERVICE,
    fix: /agentListenerEnabled: true/,
  },
  {
    name: 'the official chart, and a connection to the agent port failed',
    objects: FROM_CHART + WEB,
    facts: { steps: [step('agent-port', 'port-connect', 'failed')] },
    found: { ...NOT_IN_SERVICE, confidence: 'certain' },
  },
  {
    name: 'agents whose address is not this Service, and a connection failed there',
    objects: POD + WEB + agentPod('a', tunnel('node-1.example.com:50000')),
    facts: { steps: [step('agent-port', 'port-connect', 'failed')] },
    found: { ...NOT_IN_SERVICE, confidence: 'possible' },
  },
  {
    name: 'the agent port by UDP',
    objects: POD + WEB + agent('[{ port: 50000, protocol: UDP }]'),
    found: { ...NOT_IN_SERVICE, fix: secondService({ name: 'main-agent-2' }) },
  },
  {
    name: 'no Service at all: the selector leaves out what one revision or pod has alone',
    objects: POD.replace(
      'instance: main }',
      'instance: main, controller-revision-hash: main-5d, statefulset.kubernetes.io/pod-name: main-0 }',
    ),
    found: {
      code: 'agent-port-not-in-service',
      object: 'Service jenkins/jenkins-agent',
      field: 'spec.ports',
      actual: 'no Service selects the controller',
      confidence: 'likely',
      fix: secondService({
        name: 'jenkins-agent',
        selector: '{"app":"jenkins","instance":"main"}',
        patch: null,
      }),
    },
  },
  { name: 'no controller to look at', objects: WEB, found: 'skipped' },
  ...(
    [
      ['a Service, by its full name', tunnel('main-agent.jenkins.svc.cluster.local:50000'), NOT_IN_SERVICE],
      [
        'a Service, by its name in another zone',
        tunnel('main-agent.jenkins.svc.corp.local:'),
        NOT_IN_SERVICE,
      ],
      ['a Service, by its name and namespace', tunnel('main-agent.jenkins:50000'), NOT_IN_SERVICE],
      ['a Service, by its name alone', tunnel('main-agent:50000'), NOT_IN_SERVICE],
      ['another port of the host of the URL', tunnel(':50001'), NOT_IN_SERVICE],
      ['nothing: an empty tunnel is none', tunnel(''), NOT_IN_SERVICE],
      ['something that is no address', tunnel('https://main-agent.jenkins:50000'), NOT_IN_SERVICE],
      ['a Service of another namespace', tunnel('gate.edge.svc.cluster.local:50000'), 'skipped'],
      ['a name outside', tunnel('agents.example.com:50000'), 'skipped'],
      [
        'a name outside that begins as if it were inside',
        tunnel('agents.jenkins.example.com:50000'),
        'skipped',
      ],
      ['an address', tunnel('10.0.0.7:50000'), 'skipped'],
      ['an IPv6 address', tunnel('[fd00::7]:50000'), 'skipped'],
      [
        'a direct address',
        ', { name: JENKINS_DIRECT_CONNECTION, value: "agents.example.com:50000" }',
        'skipped',
      ],
    ] as const
  ).map(([what, env, found]) => ({
    name: `no Service, and agents are told ${what}`,
    objects: POD + WEB + agentPod('a', env),
    found,
  })),
  {
    name: 'agents of which some are told an address elsewhere',
    objects: POD + WEB + agentPod('a', tunnel('agents.example.com:50000')) + agentPod('b', ''),
    found: NOT_IN_SERVICE,
  },
]);

controllerCases('selector-matches', [
  { name: 'the labels of the pod', objects: POD + AGENT, found: null },
  {
    name: 'no selector: somebody else keeps the endpoints',
    objects: POD + AGENT.replace('selector: { app: jenkins }, ', ''),
    found: null,
  },
  {
    name: 'another value',
    objects: POD + agent('[{ port: 50000 }]', '{ app: jenkins, instance: mian }'),
    found: {
      code: 'service-selector-mismatch',
      object: 'Service jenkins/main-agent',
      field: 'spec.selector["instance"]',
      actual: 'mian',
      expected: 'main of Pod jenkins/main-0',
      confidence: 'certain',
      fix: 'kubectl -n jenkins set selector service main-agent app=jenkins,instance=main',
    },
  },
  {
    name: 'a label that the pod does not have',
    objects: POD + agent('[{ port: 50000 }]', '{ app: jenkins, tier: controller }'),
    found: {
      code: 'service-selector-mismatch',
      object: 'Service jenkins/main-agent',
      field: 'spec.selector["tier"]',
      actual: 'controller',
      expected: 'a label of Pod jenkins/main-0',
      fix: 'kubectl -n jenkins set selector service main-agent app=jenkins',
    },
  },
  {
    name: 'nothing in common: the labels of the pod, all of them',
    objects: POD + agent('[{ port: 50000 }]', '{ tier: controller }'),
    found: {
      code: 'service-selector-mismatch',
      object: 'Service jenkins/main-agent',
      field: 'spec.selector["tier"]',
      fix: 'kubectl -n jenkins set selector service main-agent app=jenkins,instance=main',
    },
  },
  {
    name: 'a Service of other pods with another port',
    objects: POD + AGENT + agent('[{ port: 5432 }]', '{ app: db }', 'db'),
    found: null,
  },
]);

const patch = (index: number, op: string, field: string, value: string) =>
  `kubectl -n jenkins patch service main-agent --type=json -p '[{"op":"${op}","path":"/spec/ports/${index}/${field}","value":${value}}]'`;

const MISMATCH = {
  code: 'advertised-port-mismatch',
  object: 'Service jenkins/main-agent',
  field: 'spec.ports[0].targetPort',
  confidence: 'possible',
} as const;

const headless = (port: number, targetPort: number) =>
  agent(`[{ name: agent-listener, port: ${port}, targetPort: ${targetPort} }]`).replace(
    'spec: {',
    'spec: { clusterIP: None,',
  );
const tunnelled = (tunnel: string) => `
kind: Pod
metadata: { name: agent, labels: { jenkins: slave } }
spec: { containers: [{ name: jnlp, env: [{ name: JENKINS_TUNNEL, value: "${tunnel}" }] }] }
`;
const REFUSED = {
  code: 'agent-port-refused',
  object: 'Service jenkins/main-agent',
  field: 'spec.ports[0].port',
  actual: '50001: the Service is headless, so agents connect to 50001 of the pod, which listens on 50000',
  expected: '50000',
} as const;
controllerCases('agent-port-leads-there', [
  {
    name: 'another number, as the container opens it',
    objects: withPort('50001') + agent('[{ name: agent-listener, port: 50001, targetPort: 50001 }]'),
    found: null,
  },
  {
    name: 'another number, as the settings of the container say',
    objects: withPort('50000', variable('50001')) + agent('[{ port: 50000, targetPort: 50001 }]'),
    found: null,
  },
  {
    name: 'another number, as a property of Java says',
    objects:
      withPort(
        '50000',
        'env: [{ name: JAVA_OPTS, value: "-Xmx1g -Djenkins.model.Jenkins.slaveAgentPort=50001" }]\n      ',
      ) + agent('[{ port: 50000, targetPort: 50001 }]'),
    found: null,
  },
  {
    name: 'another number, as the controller announces it',
    objects: POD.replace(', { name: agent-listener, containerPort: 50000 }', '') + agent('[{ port: 50001 }]'),
    facts: { announcedPort: 50_001 },
    found: null,
  },
  {
    name: 'the announced number of a proxy in front: the container opens another',
    objects: POD + AGENT,
    facts: { announcedPort: 443 },
    found: null,
  },
  {
    name: 'two controllers with a port each',
    objects:
      POD +
      AGENT +
      withPort('50001').replace('main-0', 'other-0').replace('app: jenkins', 'app: other') +
      agent('[{ name: agent-listener, port: 50001 }]', '{ app: other }', 'other-agent'),
    found: null,
  },
  {
    name: 'to a port that is not the web port: Jenkins may listen there',
    objects: POD + agent('[{ port: 50000, targetPort: 50001 }]'),
    found: { ...MISMATCH, actual: '50001', expected: '50000' },
    fix: /Manage Jenkins.* If that is 50000: kubectl .*"value":50000/,
  },
  { name: 'by number', objects: POD + AGENT, found: null },
  { name: 'without targetPort: the same number', objects: POD + agent('[{ port: 50000 }]'), found: null },
  { name: 'by name', objects: POD + agent('[{ port: 50000, targetPort: agent-listener }]'), found: null },
  {
    name: 'to the web port',
    objects: POD + agent('[{ port: 80, targetPort: 8081 }, { port: 50000, targetPort: 8080 }]'),
    found: {
      code: 'alb-or-http-lb-on-50000',
      object: 'Service jenkins/main-agent',
      field: 'spec.ports[1].targetPort',
      actual: '8080',
      expected: '50000',
      confidence: 'certain',
      fix: patch(1, 'replace', 'targetPort', '50000'),
    },
  },
  {
    name: 'to the web port by its name',
    objects: POD + agent('[{ port: 50000, targetPort: http }]'),
    found: {
      code: 'alb-or-http-lb-on-50000',
      object: 'Service jenkins/main-agent',
      field: 'spec.ports[0].targetPort',
      actual: 'http',
      fix: patch(0, 'replace', 'targetPort', '50000'),
    },
  },
  {
    name: 'to a name that the pod does not have',
    objects: POD + agent('[{ port: 50000, targetPort: jnlp }]'),
    found: {
      code: 'agent-port-not-in-service',
      object: 'Service jenkins/main-agent',
      field: 'spec.ports[0].targetPort',
      actual: 'jnlp',
      fix: patch(0, 'replace', 'targetPort', '50000'),
    },
  },
  { name: 'headless, with the port of the pod', objects: POD + headless(50_000, 50_000), found: null },
  {
    name: 'headless, with another port, which agents are told',
    objects: POD + headless(50_001, 50_000) + tunnelled('main-agent.jenkins.svc.cluster.local:50001'),
    found: { ...REFUSED, confidence: 'likely' },
    fix: /main-agent\.jenkins\.svc\.cluster\.local:50000/,
  },
  {
    name: 'headless, with another port, which is announced',
    objects: POD + headless(50_001, 50_000),
    facts: { announcedPort: 50_001 },
    found: { ...REFUSED, confidence: 'possible' },
  },
  {
    name: 'headless, with another port, which nobody is known to be told',
    objects: POD + headless(50_001, 50_000),
    found: null,
  },
  {
    name: 'another port, and an address of its own',
    objects:
      POD +
      headless(50_001, 50_000).replace('clusterIP: None', 'clusterIP: 10.96.0.7') +
      tunnelled('main-agent.jenkins.svc.cluster.local:50001'),
    found: null,
  },
]);

const dual = (families: string) => AGENT.replace('spec: {', `spec: { ipFamilies: [${families}],`);
const sliced = (addresses: string) => `everyFamily: true\n${readyAt(addresses).trimStart()}`;
const SIX = '{ ip: "fd00::7", targetRef: { kind: Pod, name: main-0 } }';
controllerCases('endpoints-ready', [
  {
    name: 'two families, an endpoint of each',
    objects: POD + dual('IPv4, IPv6') + sliced(`[${MAIN}, ${SIX}]`),
    found: null,
  },
  {
    name: 'two families, an endpoint of the first',
    objects: POD + dual('IPv4, IPv6') + sliced(`[${MAIN}]`),
    found: {
      code: 'ipv6-ipv4-mismatch',
      object: 'Service jenkins/main-agent',
      field: 'spec.ipFamilies',
      actual: 'IPv4, IPv6, and no ready endpoint of IPv6',
      confidence: 'possible',
    },
    fix: /"ipFamilyPolicy":"SingleStack","ipFamilies":\["IPv4"\]/,
  },
  {
    name: 'two families, an endpoint of the second',
    objects: POD + dual('IPv6, IPv4') + sliced(`[${MAIN}]`),
    found: { code: 'ipv6-ipv4-mismatch', object: 'Service jenkins/main-agent', field: 'spec.ipFamilies' },
    fix: /cannot be taken away/,
  },
  {
    name: 'two families, as an old API server tells of the first alone',
    objects: POD + dual('IPv4, IPv6') + readyAt(`[${MAIN}]`),
    found: null,
  },
  {
    name: 'two families, no endpoint',
    objects: `${POD}${dual('IPv4, IPv6')}\nkind: Endpoints\nmetadata: { name: main-agent }`,
    found: { code: 'service-endpoints-not-ready', object: 'Endpoints jenkins/main-agent', field: 'subsets' },
  },
  { name: 'one ready address', objects: POD + AGENT + READY, found: null },
  {
    name: 'no address',
    objects: `${POD}${AGENT}
kind: Endpoints
metadata: { name: main-agent }`,
    found: {
      code: 'service-endpoints-not-ready',
      object: 'Endpoints jenkins/main-agent',
      field: 'subsets',
      actual: 'no address',
      confidence: 'certain',
      fix: 'find out why the pod is not ready: kubectl -n jenkins describe pod main-0',
    },
  },
  {
    name: 'only one that is not ready',
    objects: POD + AGENT + readyAt('[]', `, notReadyAddresses: [${MAIN}]`),
    found: {
      code: 'service-endpoints-not-ready',
      object: 'Endpoints jenkins/main-agent',
      field: 'subsets[].notReadyAddresses',
      actual: 'only main-0, which is not ready',
      fix: 'find out why the pod is not ready: kubectl -n jenkins describe pod main-0',
    },
  },
  {
    name: 'a selector that takes no pod is another rule',
    objects: POD + agent('[{ port: 50000 }]', '{ app: web }'),
    found: null,
  },
]);

const REPLICA = POD.replace('main-0', 'main-1');
const OTHER = POD.replace('main-0', 'other-0')
  .replace('name: main }', 'name: other }')
  .replace('instance: main', 'instance: other');
const IN_DEPLOYMENT = (pod: string, name: string, set: string) =>
  POD.replace('main-0', pod)
    .replace('kind: StatefulSet, name: main', `kind: ReplicaSet, name: ${set}`)
    .replace('instance: main', `instance: ${name}, pod-template-hash: ${set.split('-').at(-1)}`);
const both = (first: string, second: string) =>
  readyAt(
    `[{ ip: 10.1.0.7, targetRef: { kind: Pod, name: ${first} } }, { ip: 10.1.0.8, targetRef: { kind: Pod, name: ${second} } }]`,
  );

controllerCases('one-controller', [
  { name: 'one', objects: POD + AGENT + READY, found: null },
  {
    name: 'one address in two subsets',
    objects: POD + AGENT + READY.replace(`[${MAIN}] }`, `[${MAIN}] }, { addresses: [${MAIN}] }`),
    found: null,
  },
  {
    name: 'one pod with an address of each family',
    objects: POD + AGENT + readyAt(`[${MAIN}, ${MAIN.replace('10.1.0.7', '"fd00::7"')}]`),
    found: null,
  },
  {
    name: 'one ready, one on its way out',
    objects:
      POD +
      REPLICA +
      AGENT +
      readyAt(`[${MAIN}]`, ', notReadyAddresses: [{ ip: 10.1.0.8, targetRef: { name: main-1 } }]'),
    found: null,
  },
  {
    name: 'two replicas of a StatefulSet',
    objects: POD + REPLICA + AGENT + both('main-0', 'main-1'),
    found: {
      code: 'two-controllers-one-service',
      object: 'StatefulSet jenkins/main',
      field: 'spec.replicas',
      actual: '2 ready pods behind Service main-agent',
      expected: 'one controller',
      confidence: 'certain',
      fix: 'kubectl -n jenkins scale statefulset/main --replicas=1',
    },
  },
  {
    name: 'two replicas of a Deployment: its ReplicaSet cannot be scaled for long',
    objects:
      IN_DEPLOYMENT('main-5d-a', 'main', 'main-5d') +
      IN_DEPLOYMENT('main-5d-b', 'main', 'main-5d') +
      AGENT +
      both('main-5d-a', 'main-5d-b'),
    found: {
      code: 'two-controllers-one-service',
      object: 'Deployment jenkins/main',
      field: 'spec.replicas',
      fix: 'kubectl -n jenkins scale deployment/main --replicas=1',
    },
  },
  {
    name: 'two revisions of a Deployment during a rollout, which should be Recreate',
    objects:
      IN_DEPLOYMENT('main-5d-a', 'main', 'main-5d') +
      IN_DEPLOYMENT('main-6e-b', 'main', 'main-6e') +
      AGENT +
      both('main-5d-a', 'main-6e-b'),
    found: {
      code: 'two-controllers-one-service',
      object: 'Deployment jenkins/main',
      field: 'spec.strategy.type',
      fix: `kubectl -n jenkins patch deployment main -p '{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}'`,
    },
  },
  {
    name: 'two Deployments behind one selector',
    objects:
      IN_DEPLOYMENT('main-5d-a', 'main', 'main-5d') +
      IN_DEPLOYMENT('other-6e-b', 'other', 'other-6e') +
      AGENT +
      both('main-5d-a', 'other-6e-b'),
    found: {
      code: 'two-controllers-one-service',
      object: 'Service jenkins/main-agent',
      field: 'spec.selector',
      actual: 'selects main-5d-a, other-6e-b',
      fix: 'add the label that distinguishes the releases (app.kubernetes.io/instance) to spec.selector of main-agent',
    },
  },
  {
    name: 'two releases behind one selector',
    objects: POD + OTHER + AGENT + both('main-0', 'other-0'),
    found: {
      code: 'two-controllers-one-service',
      object: 'Service jenkins/main-agent',
      field: 'spec.selector',
      actual: 'selects main-0, other-0',
    },
  },
  {
    name: 'two releases, told apart',
    objects: POD + OTHER + agent('[{ port: 50000 }]', '{ app: jenkins, instance: main }') + READY,
    found: null,
  },
]);

const SIDECAR = '    - { name: istio-proxy, image: istio/proxyv2 }\n---\n';
const MESHED = POD.replace('---\n', SIDECAR);
const NATIVE = POD.replace(
  '---\n',
  '  initContainers: [{ name: istio-proxy, image: istio/proxyv2, restartPolicy: Always }]\n---\n',
);
const SNIFFED = {
  code: 'mesh-http-sniffing',
  object: 'Service jenkins/main-agent',
  fix: patch(0, 'add', 'appProtocol', '"tcp"'),
} as const;

controllerCases('mesh-speaks-tcp', [
  { name: 'no mesh', objects: POD + agent('[{ name: http-agent, port: 50000 }]'), found: null },
  { name: 'a name that begins with tcp', objects: MESHED + AGENT, found: null },
  { name: 'the name tcp', objects: MESHED + agent('[{ name: tcp, port: 50000 }]'), found: null },
  {
    name: 'appProtocol before the name',
    objects: MESHED + agent('[{ name: http-agent, appProtocol: tcp, port: 50000 }]'),
    found: null,
  },
  {
    name: 'appProtocol in capitals',
    objects: MESHED + agent('[{ name: http-agent, appProtocol: TCP, port: 50000 }]'),
    found: null,
  },
  {
    name: "the chart's name: the mesh looks at the bytes, which are no HTTP",
    objects: MESHED + agent('[{ name: agent-listener, port: 50000 }]'),
    found: null,
  },
  { name: 'no name: the same', objects: MESHED + agent('[{ port: 50000 }]'), found: null },
  ...['mongo', 'mysql-agent', 'redis'].map((name) => ({
    name: `the name ${name}: plain TCP to the mesh`,
    objects: MESHED + agent(`[{ name: ${name}, port: 50000 }]`),
    found: null,
  })),
  ...['https-agent', 'tls'].map((name) => ({
    name: `the name ${name}: bytes that the mesh passes on`,
    objects: MESHED + agent(`[{ name: ${name}, port: 50000 }]`),
    found: { ...SNIFFED, field: 'spec.ports[0].name', actual: name, confidence: 'possible' as const },
  })),
  ...['http2-agent', 'grpc', 'grpc-web'].map((name) => ({
    name: `the name ${name}`,
    objects: MESHED + agent(`[{ name: ${name}, port: 50000 }]`),
    found: { ...SNIFFED, field: 'spec.ports[0].name', actual: name, confidence: 'certain' as const },
  })),
  {
    name: "Kubernetes' own name for HTTP/2",
    objects: MESHED + agent('[{ name: agent, appProtocol: kubernetes.io/h2c, port: 50000 }]'),
    found: {
      ...SNIFFED,
      field: 'spec.ports[0].appProtocol',
      actual: 'kubernetes.io/h2c',
      confidence: 'certain',
    },
  },
  {
    name: 'a name that says http',
    objects: MESHED + agent('[{ name: http-agent, port: 50000 }]'),
    found: { ...SNIFFED, field: 'spec.ports[0].name', actual: 'http-agent', confidence: 'certain' },
  },
  {
    name: 'appProtocol http, as Azure wants it',
    objects: MESHED + agent('[{ name: tcp-agent, appProtocol: http, port: 50000 }]'),
    found: { ...SNIFFED, field: 'spec.ports[0].appProtocol', actual: 'http', confidence: 'certain' },
  },
  {
    name: 'a sidecar among the init containers',
    objects: NATIVE + agent('[{ name: grpc-web-agent, port: 50000 }]'),
    found: { ...SNIFFED, field: 'spec.ports[0].name', actual: 'grpc-web-agent', confidence: 'certain' },
  },
]);

const ON_NODE = POD.replace('containerPort: 50000 }', 'containerPort: 50000, hostPort: 50000 }');
controllerCases('host-port-stays', [
  { name: 'no port on the node', objects: POD + WEB, found: 'skipped' },
  {
    name: 'a pod that may move',
    objects: ON_NODE + WEB,
    found: {
      code: 'tunnel-target-wrong',
      object: 'Pod jenkins/main-0',
      field: 'spec.nodeSelector',
      confidence: 'possible',
    },
    fix: /nodeSelector/,
  },
  {
    name: 'a pod on the network of its node',
    objects: POD.replace('spec:', 'spec:\n  hostNetwork: true') + WEB,
    found: { code: 'tunnel-target-wrong', object: 'Pod jenkins/main-0', field: 'spec.nodeSelector' },
  },
  {
    name: 'a pod that is held',
    objects: ON_NODE.replace('spec:', 'spec:\n  nodeSelector: { kubernetes.io/hostname: a }') + WEB,
    found: null,
  },
  {
    name: 'a pod that is held by affinity',
    objects:
      ON_NODE.replace(
        'spec:',
        'spec:\n  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } }',
      ) + WEB,
    found: null,
  },
  { name: 'a Service as well', objects: ON_NODE + WEB + AGENT, found: null },
]);
