import { agentContainer, containerField, environmentValue, statusOf } from './agent-container.ts';
import type { AgentClusterFacts } from './facts.ts';
import { type Finding, mergeAlike, objectName } from './finding.ts';
import type { Container, Pod, Terminated } from './objects.ts';

const step = 'k8s-agent-pods' as const;
const PULL_FAILURES = ['ImagePullBackOff', 'ErrImagePull', 'InvalidImageName', 'ErrImageNeverPull'];
const CONFIG_FAILURES = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'];
/** A sidecar that is not ready yet refuses in the first moments of a pod's life only. */
const SIDECAR_START_MS = 30_000;
const SIDECARS = ['istio-proxy', 'linkerd-proxy'];
const LEGACY_ARGUMENTS = ['$(JENKINS_SECRET)', '$(JENKINS_NAME)'];

/** Every image of the agent pods can be pulled. */
export function imagesPulled({ agentPods = [] }: AgentClusterFacts): readonly Finding[] {
  return eachContainer(agentPods, (pod, container) => {
    const { reason = '', message = '' } = statusOf(pod, container.name)?.state?.waiting ?? {};
    if (!PULL_FAILURES.includes(reason)) return [];
    return [
      {
        code: 'image-pull-backoff',
        step,
        object: objectName('Pod', pod),
        field: containerField(container, 'image'),
        actual: `${container.image ?? ''}: ${reason}${message === '' ? '' : ` (${cut(message)})`}`,
        expected: 'an image that the node can pull',
        fix: `correct the image in the pod template, or give the account a pull secret: kubectl -n ${pod.metadata?.namespace} patch serviceaccount ${pod.spec?.serviceAccountName ?? 'default'} -p '{"imagePullSecrets":[{"name":"REGISTRY-SECRET"}]}'`,
        confidence: 'certain',
      },
    ];
  });
}

/** Agent pods get a node and their configuration. */
export function podsScheduled({ agentPods = [] }: AgentClusterFacts): readonly Finding[] {
  const unscheduled = agentPods.flatMap((pod): Finding[] => {
    const condition = pod.status?.conditions?.find(
      ({ type, status, reason }) =>
        type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable',
    );
    if (condition === undefined) return [];
    return [
      {
        code: 'agent-pod-pending',
        step,
        object: objectName('Pod', pod),
        field: 'status.conditions[type=PodScheduled]',
        actual: cut(condition.message ?? 'Unschedulable'),
        expected: 'a node that takes the pod',
        fix: "lower the template's resource requests, correct its nodeSelector and tolerations, or add a node",
        confidence: 'certain',
      },
    ];
  });
  const misconfigured = eachContainer(agentPods, (pod, container) => {
    const { reason = '', message = '' } = statusOf(pod, container.name)?.state?.waiting ?? {};
    if (!CONFIG_FAILURES.includes(reason)) return [];
    return [
      {
        code: 'agent-pod-pending',
        step,
        object: objectName('Pod', pod),
        field: containerField(container, 'env'),
        actual: `${reason}: ${cut(message)}`,
        expected: 'a container that can be created',
        fix: 'create what the message names (a ConfigMap, a Secret, a volume), or take it out of the pod template',
        confidence: 'certain',
      },
    ];
  });
  return mergeAlike([...unscheduled, ...misconfigured]);
}

/** No agent is killed from outside: out of memory, evicted, its node lost. */
export function agentsNotKilled({ agentPods = [] }: AgentClusterFacts): readonly Finding[] {
  const evicted = agentPods.flatMap((pod): Finding[] => {
    const { reason = '', message = '' } = pod.status ?? {};
    if (!['Evicted', 'NodeLost', 'Preempting', 'NodeShutdown', 'Terminated'].includes(reason)) return [];
    return [
      {
        code: 'agent-process-killed',
        step,
        object: objectName('Pod', pod),
        field: 'status.reason',
        actual: `${reason}${message === '' ? '' : `: ${cut(message)}`}`,
        expected: 'an agent that runs until its build ends',
        fix: 'set resources.requests in the pod template to what builds take, and the annotation cluster-autoscaler.kubernetes.io/safe-to-evict: "false"',
        confidence: 'certain',
      },
    ];
  });
  const outOfMemory = eachContainer(agentPods, (pod, container) => {
    const ended = endOf(pod, container);
    if (ended?.reason !== 'OOMKilled') return [];
    return [
      {
        code: 'agent-process-killed',
        step,
        object: objectName('Pod', pod),
        field: containerField(container, 'resources.limits.memory'),
        actual: `${container.resources?.limits?.memory ?? 'not set'}: OOMKilled (exit code ${ended.exitCode})`,
        expected: 'more than the container takes',
        fix: "raise the container's resources.limits.memory in the pod template; for the agent's own JVM also set -XX:MaxRAMPercentage in JENKINS_JAVA_OPTS",
        confidence: 'certain',
      },
    ];
  });
  return mergeAlike([...evicted, ...outOfMemory]);
}

/** The agent's container keeps running; where it does not, its log says why. */
export function agentKeepsRunning({ agentPods = [], logs = [] }: AgentClusterFacts): readonly Finding[] {
  return mergeAlike(
    agentPods.flatMap((pod): Finding[] => {
      const container = agentContainer(pod);
      if (container === null) return [];
      const read = logs.filter((log) => log.pod === pod.metadata?.name && log.container === container.name);
      const named = read.flatMap(({ findings }) => findings);
      if (named.length > 0) {
        return named.map(({ code, line }) => ({
          code,
          step,
          object: objectName('Pod', pod),
          field: `log of container ${container.name}`,
          actual: cut(line),
          expected: 'INFO: Connected',
          fix: `kubectl -n ${pod.metadata?.namespace} logs ${pod.metadata?.name} -c ${container.name}`,
          confidence: 'likely',
        }));
      }
      const ended = endOf(pod, container);
      if (ended === null || ended.exitCode === 0 || ended.reason === 'OOMKilled') return [];
      const restarts = statusOf(pod, container.name)?.restartCount ?? 0;
      return [
        {
          code: 'agent-container-crashing',
          step,
          object: objectName('Pod', pod),
          field: `status.containerStatuses[name=${container.name}]`,
          actual: `exit code ${ended.exitCode}${restarts > 0 ? `, ${restarts} restarts` : ''}${ended.message === undefined ? '' : `: ${cut(ended.message)}`}`,
          expected: 'running',
          fix: `read why: kubectl -n ${pod.metadata?.namespace} logs ${pod.metadata?.name} -c ${container.name} --previous`,
          confidence: 'certain',
        },
      ];
    }),
  );
}

/** The agent's container runs the agent, and no other container runs a second one. */
export function agentNotOverridden({ agentPods = [] }: AgentClusterFacts): readonly Finding[] {
  return eachContainer(agentPods, (pod, container) => {
    const agent = agentContainer(pod);
    const injected = container.env?.some(({ name }) => name === 'JENKINS_AGENT_FILE') ?? false;
    if (container !== agent) {
      if (!/inbound-agent|jnlp-(slave|agent)/.test(container.image ?? '') || container.command?.length)
        return [];
      return [
        {
          code: 'jnlp-container-overridden',
          step,
          object: objectName('Pod', pod),
          field: containerField(container, 'name'),
          actual: `${container.name} runs the agent image ${container.image} beside ${agent?.name ?? 'no agent container'}`,
          expected: 'jnlp: a container of this name replaces the default agent',
          fix: `name the container jnlp in the pod template, or set agentContainer: ${container.name} and agentInjection: true`,
          confidence: 'certain',
        },
      ];
    }
    if (injected) return [];
    const { command = [], args = [] } = container;
    const wrong = command.length > 0 ? 'command' : isAgentsOwn(container, args) ? null : 'args';
    if (wrong === null) return [];
    return [
      {
        code: 'jnlp-container-overridden',
        step,
        object: objectName('Pod', pod),
        field: containerField(container, wrong),
        actual: redacted(container, wrong === 'command' ? command : args),
        expected: `none: the image's own entrypoint starts the agent`,
        fix: `take ${wrong} out of the container ${container.name} in the pod template; for an image of your own set agentContainer: ${container.name} and agentInjection: true`,
        confidence: 'certain',
      },
    ];
  });
}

/** With a sidecar in the way, the agent waits for it. */
export function sidecarReadyFirst({ agentPods = [] }: AgentClusterFacts): readonly Finding[] {
  return mergeAlike(
    agentPods.flatMap((pod): Finding[] => {
      const container = agentContainer(pod);
      const sidecar = pod.spec?.containers?.find(({ name }) => SIDECARS.includes(name ?? ''));
      const { annotations = {} } = pod.metadata ?? {};
      const held =
        /holdApplicationUntilProxyStarts["']?\s*:\s*true/.test(annotations['proxy.istio.io/config'] ?? '') ||
        annotations['config.linkerd.io/proxy-await'] === 'enabled';
      if (container === null || sidecar === undefined || held) return [];
      const ended = endOf(pod, container);
      const lived = Date.parse(ended?.finishedAt ?? '') - Date.parse(ended?.startedAt ?? '');
      if (ended === null || ended.exitCode === 0 || !(lived <= SIDECAR_START_MS)) return [];
      const istio = sidecar.name === 'istio-proxy';
      const key = istio ? 'proxy.istio.io/config' : 'config.linkerd.io/proxy-await';
      const value = istio ? '{ "holdApplicationUntilProxyStarts": true }' : 'enabled';
      return [
        {
          code: 'mesh-sidecar-not-ready',
          step,
          object: objectName('Pod', pod),
          field: `metadata.annotations[${JSON.stringify(key)}]`,
          actual: `${annotations[key] ?? 'not set'}: ${container.name} ended with code ${ended.exitCode} after ${Math.round(lived / 1000)} s, beside ${sidecar.name}`,
          expected: value,
          fix: `pod template: annotations: [{ key: ${JSON.stringify(key)}, value: ${JSON.stringify(value)} }]`,
          confidence: 'likely',
        },
      ];
    }),
  );
}

function eachContainer(
  pods: readonly Pod[],
  look: (pod: Pod, container: Container) => readonly Finding[],
): readonly Finding[] {
  return mergeAlike(
    pods.flatMap((pod) =>
      [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].flatMap((each) =>
        look(pod, each),
      ),
    ),
  );
}

/** How a container ended last: now, or before the restart that is running or waited for. */
function endOf(pod: Pod, { name }: Container): Terminated | null {
  const status = statusOf(pod, name);
  return status?.state?.terminated ?? status?.lastState?.terminated ?? null;
}

/** The arguments that old templates give: the secret and the name, as variables or spelt out. */
function isAgentsOwn(container: Container, args: readonly string[]): boolean {
  if (args.length === 0) return true;
  if (args.length !== 2) return false;
  const names = ['JENKINS_SECRET', 'JENKINS_NAME', 'JENKINS_AGENT_NAME'].map((name) =>
    environmentValue(container, name),
  );
  return args.every((arg) => LEGACY_ARGUMENTS.includes(arg) || names.includes(arg));
}

/** Arguments for a person; the agent's secret may be among them. */
function redacted(container: Container, words: readonly string[]): string {
  const secret = environmentValue(container, 'JENKINS_SECRET');
  return cut(
    words
      .map((word) => (/^[0-9a-f]{64}$/i.test(word) || word === secret ? '***' : word))
      .join(' ')
      .replaceAll(secret === null || secret === '' ? /[0-9a-f]{64}/gi : secret, '***'),
  );
}

function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
