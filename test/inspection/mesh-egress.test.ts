import { agentCases } from './cluster.ts';

const agent = (environment: string, annotations = '{}', proxy = true) => `
kind: Pod
metadata: { name: agent, labels: { jenkins: slave, team: ci }, annotations: ${annotations} }
spec: { containers: [{ name: jnlp, env: [${environment}] }${proxy ? ', { name: istio-proxy }' : ''}] }
---
`;
const variable = (name: string, value: string) => `{ name: ${name}, value: "${value}" }`;
const INSIDE = agent(
  [
    variable('JENKINS_URL', 'http://jenkins.jenkins.svc.cluster.local:8080/'),
    variable('JENKINS_TUNNEL', 'jenkins-agent.jenkins.svc.cluster.local:50000'),
  ].join(', '),
);
const OUTSIDE = agent(variable('JENKINS_URL', 'https://jenkins.example.com/'));
const sidecar = (hosts: string, mode = '', selector = '', name = 'default') => `
kind: Sidecar
metadata: { name: ${name} }
spec: { egress: [{ hosts: [${hosts}] }]${mode === '' ? '' : `, outboundTrafficPolicy: { mode: ${mode} }`}${selector} }
---
`;
const CLOSED = { code: 'mesh-egress-closed', object: 'Sidecar agents/default' } as const;
const EGRESS = { ...CLOSED, field: 'spec.egress' } as const;
const entry = (host: string) => `
kind: ServiceEntry
metadata: { name: e }
spec: { hosts: ["${host}"] }
---
`;

agentCases('mesh-egress-open', [
  { name: 'no Sidecar', objects: INSIDE, found: null },
  { name: 'the namespace of the controller', objects: INSIDE + sidecar('"./*", jenkins/*'), found: null },
  { name: 'every namespace', objects: INSIDE + sidecar('"*/*"', 'REGISTRY_ONLY'), found: null },
  {
    name: 'the very Services',
    objects: INSIDE + sidecar('"jenkins/*.jenkins.svc.cluster.local"', 'REGISTRY_ONLY'),
    found: null,
  },
  {
    name: 'other namespaces, and nothing else is let out',
    objects: INSIDE + sidecar('"./*", istio-system/*', 'REGISTRY_ONLY'),
    found: [
      {
        ...EGRESS,
        actual: './*, istio-system/*: agents connect to jenkins.jenkins.svc.cluster.local',
        confidence: 'likely',
      },
      {
        ...EGRESS,
        actual: './*, istio-system/*: agents connect to jenkins-agent.jenkins.svc.cluster.local',
        confidence: 'likely',
      },
    ],
    fix: /"path":"\/spec\/egress\/0\/hosts\/-","value":"jenkins\/\*"/,
  },
  {
    name: 'one Service of two',
    objects: INSIDE + sidecar('jenkins/jenkins.jenkins.svc.cluster.local', 'REGISTRY_ONLY'),
    found: { ...EGRESS, confidence: 'likely' },
  },
  {
    name: 'other namespaces, and the mesh decides about the rest',
    objects: agent(variable('JENKINS_URL', 'http://jenkins.jenkins.svc:8080/')) + sidecar('"./*"'),
    found: { ...EGRESS, confidence: 'possible' },
  },
  {
    name: 'other namespaces, and all is let out',
    objects: INSIDE + sidecar('"./*"', 'ALLOW_ANY'),
    found: null,
  },
  {
    name: 'a Sidecar for other pods',
    objects: INSIDE + sidecar('"./*"', 'REGISTRY_ONLY', ', workloadSelector: { labels: { team: web } }'),
    found: null,
  },
  {
    name: 'a Sidecar of the pod before that of the namespace',
    objects:
      INSIDE +
      sidecar('"./*"', 'REGISTRY_ONLY') +
      sidecar('"*/*"', 'REGISTRY_ONLY', ', workloadSelector: { labels: { team: ci } }', 'own'),
    found: null,
  },
  {
    name: 'connections that pass the mesh by',
    objects:
      agent(
        variable('JENKINS_URL', 'http://jenkins.jenkins.svc:8080/'),
        '{ traffic.sidecar.istio.io/excludeOutboundPorts: "8080,50000" }',
      ) + sidecar('"./*"', 'REGISTRY_ONLY'),
    found: null,
  },
  {
    name: 'a controller outside, and no ServiceEntry',
    objects: OUTSIDE + sidecar('"*/*"', 'REGISTRY_ONLY'),
    found: { ...CLOSED, field: 'spec.outboundTrafficPolicy.mode', confidence: 'possible' },
    fix: /kind: ServiceEntry/,
  },
  {
    name: 'a controller outside, with a ServiceEntry',
    objects: OUTSIDE + sidecar('"*/*"', 'REGISTRY_ONLY') + entry('*.example.com'),
    found: null,
  },
  { name: 'a controller outside, and all is let out', objects: OUTSIDE + sidecar('"./*"'), found: null },
  {
    name: 'what is not read',
    objects: INSIDE,
    facts: { sidecars: undefined } as object,
    found: 'skipped',
  },
]);
