import { agentCases } from './cluster.ts';

const SECRET = 'a'.repeat(64);

interface Written {
  readonly name?: string;
  readonly metadata?: string;
  /** Fields of the agent's container, and containers behind it. */
  readonly agent?: string;
  readonly others?: string;
  readonly init?: string;
  readonly status?: string;
}

/** An agent pod as the kubernetes plugin makes it, running; right unless something is changed. */
function pod({
  name = 'agent',
  metadata = '',
  agent = '',
  others = '',
  init = '[]',
  status = 'phase: Running\ncontainerStatuses: [{ name: jnlp, ready: true, restartCount: 0, state: { running: {} } }]',
}: Written = {}): string {
  return `
kind: Pod
metadata: { name: ${name}, labels: { jenkins: slave }${metadata} }
spec:
  serviceAccountName: builder
  initContainers: ${init}
  containers:
    - { name: jnlp, image: "jenkins/inbound-agent:3355", env: [{ name: JENKINS_SECRET, value: ${SECRET} }, { name: JENKINS_NAME, value: linux-1 }]${agent} }
${others}
status:
${status.replaceAll(/^/gm, '  ')}
---
`;
}

const AGENT = 'Pod agents/agent';
const container = (state: string, rest = '', name = 'jnlp') =>
  `containerStatuses: [{ name: ${name}, ready: false, state: ${state}${rest} }]`;
const field = (rest: string, name = 'jnlp', list = 'containers') => `spec.${list}[name=${name}].${rest}`;

const PULL = {
  code: 'image-pull-backoff',
  object: AGENT,
  expected: 'an image that the node can pull',
  confidence: 'certain',
  fix: `correct the image in the pod template, or give the account a pull secret: kubectl -n agents patch serviceaccount builder -p '{"imagePullSecrets":[{"name":"REGISTRY-SECRET"}]}'`,
} as const;

agentCases('images-pulled', [
  { name: 'no agents', objects: '', found: 'skipped' },
  { name: 'running', objects: pod(), found: null },
  {
    name: 'being pulled',
    objects: pod({ status: container('{ waiting: { reason: ContainerCreating } }') }),
    found: null,
  },
  ...['ImagePullBackOff', 'ErrImagePull', 'InvalidImageName', 'ErrImageNeverPull'].map((reason) => ({
    name: reason,
    objects: pod({ status: container(`{ waiting: { reason: ${reason} } }`) }),
    found: { ...PULL, field: field('image'), actual: `jenkins/inbound-agent:3355: ${reason}` },
  })),
  {
    name: 'with the reason of the registry',
    objects: pod({
      status: container(
        '{ waiting: { reason: ErrImagePull, message: "pull access denied,\\n  repository does not exist" } }',
      ),
    }),
    found: {
      ...PULL,
      field: field('image'),
      actual: 'jenkins/inbound-agent:3355: ErrImagePull (pull access denied, repository does not exist)',
    },
  },
  {
    name: 'of another container',
    objects: pod({
      others: '    - { name: maven, image: "maven:nope" }',
      status: container('{ waiting: { reason: ImagePullBackOff } }', '', 'maven'),
    }),
    found: { ...PULL, field: field('image', 'maven'), actual: 'maven:nope: ImagePullBackOff' },
  },
  {
    name: 'of an init container',
    objects: pod({
      init: '[{ name: set-up, image: "git:nope" }]',
      status: 'initContainerStatuses: [{ name: set-up, state: { waiting: { reason: ImagePullBackOff } } }]',
    }),
    found: {
      ...PULL,
      field: field('image', 'set-up', 'initContainers'),
      actual: 'git:nope: ImagePullBackOff',
    },
  },
  {
    name: 'of many agents of one template',
    objects: ['a', 'b', 'c']
      .map((name) => pod({ name, status: container('{ waiting: { reason: ImagePullBackOff } }') }))
      .join(''),
    found: { ...PULL, object: 'Pod agents/a and 2 more', field: field('image') },
  },
]);

const PENDING = { code: 'agent-pod-pending', object: AGENT, confidence: 'certain' } as const;
const unscheduled = (reason: string, status = '"False"') =>
  `phase: Pending\nconditions: [{ type: PodScheduled, status: ${status}, reason: ${reason}, message: "0/3 nodes are available" }]`;

agentCases('pods-scheduled', [
  { name: 'running', objects: pod(), found: null },
  { name: 'waiting for its first look', objects: pod({ status: 'phase: Pending' }), found: null },
  {
    name: 'scheduled',
    objects: pod({ status: 'phase: Pending\nconditions: [{ type: PodScheduled, status: "True" }]' }),
    found: null,
  },
  { name: 'held back on purpose', objects: pod({ status: unscheduled('SchedulingGated') }), found: null },
  {
    name: 'Unschedulable',
    objects: pod({ status: unscheduled('Unschedulable') }),
    found: {
      ...PENDING,
      field: 'status.conditions[type=PodScheduled]',
      actual: '0/3 nodes are available',
      fix: "lower the template's resource requests, correct its nodeSelector and tolerations, or add a node",
    },
  },
  ...['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'].map((reason) => ({
    name: reason,
    objects: pod({
      status: container(`{ waiting: { reason: ${reason}, message: 'secret "x" not found' } }`),
    }),
    found: { ...PENDING, field: field('env'), actual: `${reason}: secret "x" not found` },
  })),
]);

const KILLED = { code: 'agent-process-killed', object: AGENT, confidence: 'certain' } as const;

agentCases('agents-not-killed', [
  { name: 'running', objects: pod(), found: null },
  {
    name: 'ended by itself',
    objects: pod({ status: container('{ terminated: { exitCode: 0, reason: Completed } }') }),
    found: null,
  },
  {
    name: 'ended with an error',
    objects: pod({ status: container('{ terminated: { exitCode: 1, reason: Error } }') }),
    found: null,
  },
  {
    name: 'OOMKilled',
    objects: pod({
      agent: ', resources: { limits: { memory: 256Mi } }',
      status: container('{ terminated: { exitCode: 137, reason: OOMKilled } }'),
    }),
    found: {
      ...KILLED,
      field: field('resources.limits.memory'),
      actual: '256Mi: OOMKilled (exit code 137)',
      fix: "raise the container's resources.limits.memory in the pod template; for the agent's own JVM also set -XX:MaxRAMPercentage in JENKINS_JAVA_OPTS",
    },
  },
  {
    name: 'OOMKilled and started again',
    objects: pod({
      status: container(
        '{ running: {} }',
        ', lastState: { terminated: { exitCode: 137, reason: OOMKilled } }',
      ),
    }),
    found: {
      ...KILLED,
      field: field('resources.limits.memory'),
      actual: 'not set: OOMKilled (exit code 137)',
    },
  },
  {
    name: 'OOMKilled, the container of the build',
    objects: pod({
      others: '    - { name: maven, image: maven }',
      status: container('{ terminated: { exitCode: 137, reason: OOMKilled } }', '', 'maven'),
    }),
    found: { ...KILLED, field: field('resources.limits.memory', 'maven') },
  },
  ...(
    [
      ['Evicted', /resources.requests/],
      ['DeadlineExceeded', /activeDeadlineSeconds/],
      ['UnexpectedAdmissionError', /the node refused the pod/],
      ['OutOfcpu', /resources.requests/],
      ['OutOfmemory', /resources.requests/],
      ['Preempting', /priorityClassName/],
      ['NodeLost', /the node went away/],
      ['NodeShutdown', /the node went away/],
      ['Terminated', /the node went away/],
    ] as const
  ).map(([reason, fix]) => ({
    name: reason,
    objects: pod({ status: `phase: Failed\nreason: ${reason}\nmessage: as the kubelet says` }),
    found: { ...KILLED, field: 'status.reason', actual: `${reason}: as the kubelet says` },
    fix,
  })),
  ...(
    [
      ['PreemptionByScheduler', /priorityClassName/],
      ['EvictionByEvictionAPI', /safe-to-evict.*PodDisruptionBudget/],
      ['DeletionByTaintManager', /taint/],
      ['DeletionByPodGC', /the node went away/],
      ['TerminationByKubelet', /resources.requests/],
    ] as const
  ).map(([reason, fix]) => ({
    name: `DisruptionTarget, ${reason}`,
    objects: pod({
      metadata: ', deletionTimestamp: "2026-01-02T00:00:00Z"',
      status: `conditions: [{ type: DisruptionTarget, status: "True", reason: ${reason}, message: drained }]`,
    }),
    found: {
      ...KILLED,
      field: 'status.conditions[type=DisruptionTarget]',
      actual: `${reason}: drained`,
    },
    fix,
  })),
  {
    name: 'a disruption that was called off',
    objects: pod({
      status: 'conditions: [{ type: DisruptionTarget, status: "False", reason: EvictionByEvictionAPI }]',
    }),
    found: null,
  },
]);

const CRASHING = {
  code: 'agent-container-crashing',
  object: AGENT,
  field: 'status.containerStatuses[name=jnlp]',
  expected: 'running',
  confidence: 'certain',
  fix: 'read why: kubectl -n agents logs agent -c jnlp --previous',
} as const;
const CRASH_LOOP = container(
  '{ waiting: { reason: CrashLoopBackOff } }',
  ', restartCount: 4, lastState: { terminated: { exitCode: 255 } }',
);
const log = (container: string, pod = 'agent') =>
  ({
    logs: [{ pod, container, findings: [{ code: 'ack-timeout', line: 'INFO: Timeout waiting for ACK' }] }],
  }) as const;
const IN_LOG = {
  code: 'ack-timeout',
  object: AGENT,
  field: 'log of container jnlp',
  actual: 'INFO: Timeout waiting for ACK',
  confidence: 'likely',
  fix: 'kubectl -n agents logs agent -c jnlp',
} as const;

agentCases('agent-keeps-running', [
  { name: 'running', objects: pod(), found: null },
  {
    name: 'ended by itself',
    objects: pod({ status: container('{ terminated: { exitCode: 0 } }') }),
    found: null,
  },
  {
    name: 'out of memory is another rule',
    objects: pod({ status: container('{ terminated: { exitCode: 137, reason: OOMKilled } }') }),
    found: null,
  },
  {
    name: 'ended with an error',
    objects: pod({ status: container('{ terminated: { exitCode: 1, message: "no such agent" } }') }),
    // Nothing was started again, so the log of the container is the one that there is.
    found: {
      ...CRASHING,
      actual: 'exit code 1: no such agent',
      fix: 'read why: kubectl -n agents logs agent -c jnlp',
    },
  },
  {
    name: 'CrashLoopBackOff',
    objects: pod({ status: CRASH_LOOP }),
    found: { ...CRASHING, actual: 'exit code 255, 4 restarts' },
  },
  {
    name: 'on its way out after the build: the signal is no crash',
    objects: pod({
      metadata: ', deletionTimestamp: "2026-01-02T00:00:00Z"',
      status: container('{ terminated: { exitCode: 143, reason: Error } }'),
    }),
    found: null,
  },
  {
    name: 'the log tells more than the exit code',
    objects: pod({ status: CRASH_LOOP }),
    facts: log('jnlp'),
    found: { ...IN_LOG, fix: 'kubectl -n agents logs agent -c jnlp --previous' },
  },
  {
    name: 'the log of an agent that runs and does not get through',
    objects: pod({ status: container('{ running: {} }') }),
    facts: log('jnlp'),
    found: IN_LOG,
  },
  { name: 'the log of another container', objects: pod(), facts: log('maven'), found: null },
  { name: 'the log of another pod', objects: pod(), facts: log('jnlp', 'agent-2'), found: null },
  {
    name: 'another container than the agent',
    objects: pod({
      others: '    - { name: maven, image: maven }',
      status: container('{ terminated: { exitCode: 1 } }', '', 'maven'),
    }),
    found: null,
  },
  {
    name: 'many agents of one template',
    objects: ['a', 'b'].map((name) => pod({ name, status: CRASH_LOOP })).join(''),
    found: {
      ...CRASHING,
      object: 'Pod agents/a and 1 more',
      fix: 'read why: kubectl -n agents logs a -c jnlp --previous',
    },
  },
]);

const OVERRIDDEN = { code: 'jnlp-container-overridden', object: AGENT, confidence: 'certain' } as const;
const takeOut = (what: string) =>
  `take ${what} out of the container jnlp in the pod template; for an image of your own set agentContainer: jnlp and agentInjection: true`;

agentCases('agent-not-overridden', [
  { name: 'as the plugin makes it', objects: pod(), found: null },
  {
    name: 'the arguments of old templates',
    objects: pod({ agent: ', args: ["$(JENKINS_SECRET)", "$(JENKINS_NAME)"]' }),
    found: null,
  },
  {
    name: 'the arguments of old templates, filled in',
    objects: pod({ agent: `, args: [${SECRET}, linux-1]` }),
    found: null,
  },
  {
    name: 'a command',
    objects: pod({ agent: ', command: [sleep], args: [infinity]' }),
    found: {
      ...OVERRIDDEN,
      confidence: 'likely',
      field: field('command'),
      actual: 'sleep',
      expected: "none: the image's own entrypoint starts the agent",
      fix: takeOut('command'),
    },
  },
  {
    name: 'one argument, which the script runs instead',
    objects: pod({ agent: ', args: [cat]' }),
    found: { ...OVERRIDDEN, field: field('args'), actual: 'cat', fix: takeOut('args') },
  },
  ...['/bin/sh, -c, "cat"', 'tail, -f, /dev/null', '/bin/bash, -c, "while true; do sleep 30; done"'].map(
    (command) => ({
      name: `a command that only keeps the container up: ${command}`,
      objects: pod({ agent: `, command: [${command}]` }),
      found: { ...OVERRIDDEN, confidence: 'likely' as const, field: field('command') },
    }),
  ),
  {
    name: 'a command of which nothing is known',
    objects: pod({ agent: ', command: [/opt/start.sh]' }),
    found: { ...OVERRIDDEN, confidence: 'possible', field: field('command') },
  },
  ...['/bin/sh, -c, "update-certs && exec jenkins-agent"', 'java, -jar, /usr/share/jenkins/agent.jar'].map(
    (command) => ({
      name: `a command that starts the agent: ${command}`,
      objects: pod({ agent: `, command: [${command}]` }),
      found: null,
    }),
  ),
  ...['-webSocket', '-noCertificateCheck, -workDir, /home/jenkins/agent', '-noReconnect'].map((args) => ({
    name: `options that the image's script passes on: ${args}`,
    objects: pod({ agent: `, args: [${args}]` }),
    found: null,
  })),
  {
    name: 'one argument to an image that is not the agent image',
    objects: pod({ agent: ', args: [start]' }).replace('jenkins/inbound-agent:3355', 'registry/own:1'),
    found: { ...OVERRIDDEN, confidence: 'likely', field: field('args'), actual: 'start' },
  },
  {
    name: 'words that the agent takes for its secret and name',
    objects: pod({ agent: ', args: [sleep, infinity]' }),
    found: { ...OVERRIDDEN, confidence: 'likely', field: field('args'), actual: 'sleep infinity' },
  },
  {
    name: 'the secret is not shown',
    objects: pod({ agent: `, args: [-secret, ${SECRET}, "-x=${SECRET}", "${'b'.repeat(64)}"]` }),
    found: {
      ...OVERRIDDEN,
      confidence: 'likely',
      field: field('args'),
      actual: '-secret *** -x=*** ***',
    },
  },
  {
    name: 'an agent that is injected may have any command',
    objects: pod({ agent: ', command: [/jenkins-agent/jenkins-agent]' }).replace(
      '{ name: JENKINS_NAME',
      '{ name: JENKINS_AGENT_FILE, value: /jenkins-agent/agent.jar }, { name: JENKINS_NAME',
    ),
    found: null,
  },
  {
    name: 'a second agent beside the first',
    objects: pod({ others: '    - { name: builder, image: "jenkins/inbound-agent:jdk21" }' }),
    found: {
      ...OVERRIDDEN,
      field: field('name', 'builder'),
      actual: 'builder runs the agent image jenkins/inbound-agent:jdk21 beside jnlp',
      fix: 'name the container jnlp in the pod template, or set agentContainer: builder and agentInjection: true',
    },
  },
  {
    name: "the agent's image for tools, with a command",
    objects: pod({
      others: '    - { name: builder, image: jenkins/inbound-agent, command: [sleep], args: [infinity] }',
    }),
    found: null,
  },
  {
    name: "the agent's image for tools, with one argument, which the script runs instead",
    objects: pod({ others: '    - { name: builder, image: jenkins/inbound-agent, args: [cat] }' }),
    found: null,
  },
  { name: 'another image', objects: pod({ others: '    - { name: maven, image: maven }' }), found: null },
]);

const SIDECAR = '    - { name: istio-proxy, image: istio/proxyv2 }';
const LINKERD = '    - { name: linkerd-proxy, image: linkerd/proxy }';
const diedAfter = (seconds: number, exitCode = 1) =>
  container(
    `{ terminated: { exitCode: ${exitCode}, startedAt: "2026-01-02T00:00:00Z", finishedAt: "2026-01-02T00:00:${String(seconds).padStart(2, '0')}Z" } }`,
  );
const HASTY = { code: 'mesh-sidecar-not-ready', object: AGENT, confidence: 'likely' } as const;
const HOLD = 'proxy.istio.io/config';
const AWAIT = 'config.linkerd.io/proxy-await';
const NATIVE = '[{ name: istio-proxy, image: istio/proxyv2, restartPolicy: Always }]';

agentCases('sidecar-ready-first', [
  { name: 'no sidecar', objects: pod({ status: diedAfter(3) }), found: null },
  { name: 'a sidecar, and the agent runs', objects: pod({ others: SIDECAR }), found: null },
  {
    name: 'istio: the agent died before the sidecar was there',
    objects: pod({ others: SIDECAR, status: diedAfter(3) }),
    found: {
      ...HASTY,
      field: `metadata.annotations["${HOLD}"]`,
      actual: 'not set: jnlp ended with code 1 after 3 s, beside istio-proxy',
      expected: '{ "holdApplicationUntilProxyStarts": true }',
      fix: `pod template: annotations: [{ key: "${HOLD}", value: "{ \\"holdApplicationUntilProxyStarts\\": true }" }]`,
    },
  },
  {
    name: 'linkerd: the agent waits for its proxy since 2.11, so something else ended it',
    objects: pod({ others: LINKERD, status: diedAfter(3) }),
    found: null,
  },
  {
    name: 'linkerd: that is switched off',
    objects: pod({
      metadata: `, annotations: { ${AWAIT}: disabled }`,
      others: LINKERD,
      status: diedAfter(30),
    }),
    found: {
      ...HASTY,
      field: `metadata.annotations["${AWAIT}"]`,
      expected: 'enabled',
      fix: `pod template: annotations: [{ key: "${AWAIT}", value: "enabled" }]`,
    },
  },
  {
    name: 'it lived longer than a sidecar takes',
    objects: pod({ others: SIDECAR, status: diedAfter(31) }),
    found: null,
  },
  { name: 'it ended well', objects: pod({ others: SIDECAR, status: diedAfter(3, 0) }), found: null },
  {
    name: 'it was deleted',
    objects: pod({
      metadata: ', deletionTimestamp: "2026-01-02T00:00:00Z"',
      others: SIDECAR,
      status: diedAfter(3, 143),
    }),
    found: null,
  },
  {
    name: 'no times',
    objects: pod({ others: SIDECAR, status: container('{ terminated: { exitCode: 1 } }') }),
    found: null,
  },
  {
    name: 'istio waits, as JSON',
    objects: pod({
      metadata: `, annotations: { ${HOLD}: '{ "holdApplicationUntilProxyStarts": true }' }`,
      others: SIDECAR,
      status: diedAfter(3),
    }),
    found: null,
  },
  {
    name: 'istio waits, as YAML',
    objects: pod({
      metadata: `, annotations: { ${HOLD}: "holdApplicationUntilProxyStarts: true" }`,
      others: SIDECAR,
      status: diedAfter(3),
    }),
    found: null,
  },
  {
    name: 'istio is told something else',
    objects: pod({
      metadata: `, annotations: { ${HOLD}: '{ "concurrency": 2 }' }`,
      others: SIDECAR,
      status: diedAfter(3),
    }),
    found: {
      ...HASTY,
      field: `metadata.annotations["${HOLD}"]`,
      actual: '{ "concurrency": 2 }: jnlp ended with code 1 after 3 s, beside istio-proxy',
    },
  },
  {
    name: 'linkerd waits',
    objects: pod({ metadata: `, annotations: { ${AWAIT}: enabled }`, others: LINKERD, status: diedAfter(3) }),
    found: null,
  },
  {
    name: 'a sidecar that Kubernetes itself starts first',
    objects: pod({ init: NATIVE, status: diedAfter(3) }),
    found: null,
  },
]);
