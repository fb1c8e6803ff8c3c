import type { ControllerClusterFacts } from '../../src/inspection/cluster-facts.ts';
import { type Case, controllerCases } from './cluster.ts';

/** A controller with these probes of the kubelet. */
const pod = (probes: string, owner = '') => `
kind: Pod
metadata: { name: main-0, labels: { app: jenkins }${owner} }
spec:
  containers:
    - name: jenkins
      image: jenkins/jenkins:lts
      ports: [{ name: http, containerPort: 8080 }, { name: agent-listener, containerPort: 50000 }]
${probes.replaceAll(/^/gm, '      ')}
---
`;

const KINDS = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const fix = (kind: string) =>
  `${kind}: { httpGet: { path: /, port: 50000, scheme: HTTP } }, or the web port's /login`;
const SPAM = {
  code: 'tcp-healthcheck-log-spam',
  object: 'Pod jenkins/main-0',
  confidence: 'certain',
} as const;
const at = (kind: string, field: string, place = 'spec') =>
  `${place}.containers[name=jenkins].${kind}.${field}`;

/** Cases for each kind of probe: its settings, and the field and code of the finding. */
const EACH_KIND = KINDS.flatMap((kind): Case<ControllerClusterFacts>[] => [
  {
    name: `${kind}: httpGet of the web port`,
    objects: pod(`${kind}: { httpGet: { path: /login, port: 8080 } }`),
    found: null,
  },
  {
    name: `${kind}: httpGet of the web port by its name`,
    objects: pod(`${kind}: { httpGet: { path: /login, port: http } }`),
    found: null,
  },
  {
    name: `${kind}: tcpSocket of the web port`,
    objects: pod(`${kind}: { tcpSocket: { port: 8080 } }`),
    found: null,
  },
  {
    name: `${kind}: GET / of the agent port`,
    objects: pod(`${kind}: { httpGet: { path: /, port: 50000, scheme: HTTP } }`),
    found: null,
  },
  {
    name: `${kind}: GET / of the agent port by its name`,
    objects: pod(`${kind}: { httpGet: { port: agent-listener } }`),
    found: null,
  },
  {
    name: `${kind}: tcpSocket by number`,
    objects: pod(`${kind}: { tcpSocket: { port: 50000 }, periodSeconds: 15 }`),
    found: {
      ...SPAM,
      field: at(kind, 'tcpSocket'),
      actual: 'a bare connection to 50000 every 15 s',
      expected: 'httpGet',
      fix: fix(kind),
    },
  },
  {
    name: `${kind}: tcpSocket by name`,
    objects: pod(`${kind}: { tcpSocket: { port: agent-listener } }`),
    found: {
      ...SPAM,
      field: at(kind, 'tcpSocket'),
      actual: 'a bare connection to 50000 every 10 s',
      fix: fix(kind),
    },
  },
  {
    name: `${kind}: exec of nc`,
    objects: pod(`${kind}: { exec: { command: [nc, -z, localhost, "50000"] } }`),
    found: {
      ...SPAM,
      field: at(kind, 'exec.command'),
      actual: 'a command that connects bare to 50000, every 10 s',
      confidence: 'likely',
      fix: fix(kind),
    },
  },
  {
    name: `${kind}: exec of a shell`,
    objects: pod(`${kind}: { exec: { command: [bash, -c, "exec 3<>/dev/tcp/127.0.0.1/50000"] } }`),
    found: { ...SPAM, field: at(kind, 'exec.command'), confidence: 'likely', fix: fix(kind) },
  },
  {
    name: `${kind}: exec that asks for Ping`,
    objects: pod(
      `${kind}: { exec: { command: [sh, -c, "printf '\\\\0\\\\15Protocol:Ping' | nc localhost 50000 | grep Ping"] } }`,
    ),
    found: null,
  },
  {
    name: `${kind}: exec of something else`,
    objects: pod(`${kind}: { exec: { command: [curl, -fs, "http://localhost:50000/"] } }`),
    found: null,
  },
  {
    name: `${kind}: exec with another port`,
    objects: pod(`${kind}: { exec: { command: [nc, -z, localhost, "8080"] } }`),
    found: null,
  },
  {
    name: `${kind}: HTTPS`,
    objects: pod(`${kind}: { httpGet: { path: /, port: 50000, scheme: HTTPS } }`),
    found: {
      code: 'healthcheck-wrong-type-hangs',
      object: 'Pod jenkins/main-0',
      field: at(kind, 'httpGet.scheme'),
      actual: 'HTTPS',
      confidence: 'certain',
      fix: fix(kind),
    },
  },
  {
    name: `${kind}: gRPC`,
    objects: pod(`${kind}: { grpc: { port: 50000 } }`),
    found: {
      code: 'healthcheck-wrong-type-hangs',
      object: 'Pod jenkins/main-0',
      field: at(kind, 'grpc'),
      actual: 'gRPC',
      confidence: 'certain',
      fix: fix(kind),
    },
  },
  {
    name: `${kind}: another path`,
    objects: pod(`${kind}: { httpGet: { path: /login, port: agent-listener } }`),
    found: {
      code: 'healthcheck-wrong-path-404',
      object: 'Pod jenkins/main-0',
      field: at(kind, 'httpGet.path'),
      actual: '/login',
      expected: '/',
      confidence: 'certain',
      fix: fix(kind),
    },
  },
]);

const owned = (kind: string, name: string, labels = '') =>
  `, ownerReferences: [{ kind: ${kind}, name: ${name} }]${labels}`;
const LIVENESS = 'livenessProbe: { tcpSocket: { port: 50000 } }';
const TEMPLATE = at('livenessProbe', 'tcpSocket', 'spec.template.spec');

controllerCases('kubelet-probes-fit', [
  { name: 'no probe', objects: pod(''), found: null },
  ...EACH_KIND,
  {
    name: 'all three',
    objects: pod(KINDS.map((kind) => `${kind}: { tcpSocket: { port: 50000 } }`).join('\n')),
    found: KINDS.map((kind) => ({ ...SPAM, field: at(kind, 'tcpSocket'), fix: fix(kind) })),
  },
  {
    name: 'of a StatefulSet: its template is what to change',
    objects: pod(LIVENESS, owned('StatefulSet', 'main')),
    found: { ...SPAM, object: 'StatefulSet jenkins/main', field: TEMPLATE },
  },
  {
    name: 'of a Deployment: not its ReplicaSet',
    objects: pod(LIVENESS, owned('ReplicaSet', 'main-5d9')).replace(
      'app: jenkins',
      'app: jenkins, pod-template-hash: 5d9',
    ),
    found: { ...SPAM, object: 'Deployment jenkins/main', field: TEMPLATE },
  },
  {
    name: 'of two pods of one StatefulSet: one object',
    objects:
      pod(LIVENESS, owned('StatefulSet', 'main')) +
      pod(LIVENESS, owned('StatefulSet', 'main')).replace('main-0', 'main-1'),
    found: { ...SPAM, object: 'StatefulSet jenkins/main', field: TEMPLATE },
  },
  {
    name: 'of two controllers',
    objects:
      pod(LIVENESS, owned('StatefulSet', 'main')) +
      pod(LIVENESS, owned('StatefulSet', 'other')).replace('main-0', 'other-0'),
    found: { ...SPAM, object: 'StatefulSet jenkins/main and 1 more', field: TEMPLATE },
  },
  {
    name: 'of a pod that is no controller',
    objects: `
kind: Pod
metadata: { name: db-0 }
spec: { containers: [{ name: db, image: postgres, livenessProbe: { tcpSocket: { port: 50000 } } }] }`,
    found: 'skipped',
  },
]);
