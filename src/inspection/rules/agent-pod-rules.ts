import type { AgentClusterFacts } from '../cluster-facts.ts';
import { mergeAlike, objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { containerField, eachContainer, endOf, joined, statusOf } from '../objects/agent-container.ts';

export const AGENT_POD_RULES: readonly InspectionRule<AgentClusterFacts>[] = [
  {
    name: 'images-pulled',
    step: 'k8s-agent-pods',
    holds: 'the images of agent pods are pulled',
    needs: ['agentPods'],
    codes: ['image-pull-backoff'],
    find: imagesPulled,
  },
  {
    name: 'pods-scheduled',
    step: 'k8s-agent-pods',
    holds: 'agent pods are scheduled and their containers start',
    needs: ['agentPods'],
    codes: ['agent-pod-pending'],
    find: podsScheduled,
  },
  {
    name: 'agents-not-killed',
    step: 'k8s-agent-pods',
    holds: 'no agent was killed by Kubernetes',
    needs: ['agentPods'],
    codes: ['agent-process-killed'],
    find: agentsNotKilled,
  },
];

const PULL_FAILURES = ['ImagePullBackOff', 'ErrImagePull', 'InvalidImageName', 'ErrImageNeverPull'];
/**
 * External reasons for the end of a pod, each with its fix. They are in `status.reason` of the pod or in its condition
 * `DisruptionTarget`.
 */
const ADVICE: readonly { readonly reasons: readonly string[]; readonly fix: string }[] = [
  {
    reasons: ['Evicted', 'TerminationByKubelet'],
    fix: 'set resources.requests in the pod template to what builds take (memory, ephemeral-storage), so that the node does not run short',
  },
  {
    reasons: ['DeadlineExceeded'],
    fix: 'raise activeDeadlineSeconds in the pod template above the longest build, or take it out',
  },
  {
    reasons: ['OutOfcpu', 'OutOfmemory', 'OutOfpods', 'UnexpectedAdmissionError', 'NodeAffinity'],
    fix: 'the node refused the pod after it was scheduled there: lower resources.requests in the pod template or add nodes; with devices, see the log of their plugin',
  },
  {
    reasons: ['Preempting', 'PreemptionByScheduler'],
    fix: 'give agents a priorityClassName that is at least as high as that of the pods that take their place',
  },
  {
    reasons: ['EvictionByEvictionAPI', 'DeletionByTaintManager'],
    fix: 'a drain or a taint emptied the node: set the annotation cluster-autoscaler.kubernetes.io/safe-to-evict: "false" against the autoscaler, and a PodDisruptionBudget or a maintenance window against drains; nothing keeps a spot node',
  },
  {
    reasons: ['NodeLost', 'NodeShutdown', 'Terminated', 'DeletionByPodGC'],
    fix: 'the node went away: see its events, and keep agents off nodes that end at any time (spot), or let the pipeline retry',
  },
];

const CONFIG_FAILURES = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'];

/** Finds images of agent pods that cannot be pulled. */
function imagesPulled({ agentPods = [] }: AgentClusterFacts): readonly WrongField[] {
  return eachContainer(agentPods, (pod, container) => {
    const { reason = '', message = '' } = statusOf(pod, container.name)?.state?.waiting ?? {};
    if (!PULL_FAILURES.includes(reason)) return [];
    return [
      {
        code: 'image-pull-backoff',
        object: objectName('Pod', pod),
        field: containerField(pod, container, 'image'),
        actual: `${container.image ?? ''}: ${reason}${message === '' ? '' : ` (${joined(message)})`}`,
        expected: 'an image that the node can pull',
        fix: `correct the image in the pod template, or give the account a pull secret: kubectl -n ${pod.metadata?.namespace} patch serviceaccount ${pod.spec?.serviceAccountName ?? 'default'} -p '{"imagePullSecrets":[{"name":"REGISTRY-SECRET"}]}'`,
        confidence: 'certain',
      },
    ];
  });
}

/** Finds agent pods without a node or without their configuration. */
function podsScheduled({ agentPods = [] }: AgentClusterFacts): readonly WrongField[] {
  const unscheduled = agentPods.flatMap((pod): WrongField[] => {
    const condition = pod.status?.conditions?.find(
      ({ type, status, reason }) =>
        type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable',
    );
    if (condition === undefined) return [];
    return [
      {
        code: 'agent-pod-pending',
        object: objectName('Pod', pod),
        field: 'status.conditions[type=PodScheduled]',
        actual: joined(condition.message ?? 'Unschedulable'),
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
        object: objectName('Pod', pod),
        field: containerField(pod, container, 'env'),
        actual: `${reason}: ${joined(message)}`,
        expected: 'a container that can be created',
        fix: 'create what the message names (a ConfigMap, a Secret, a volume), or take it out of the pod template',
        confidence: 'certain',
      },
    ];
  });
  return mergeAlike([...unscheduled, ...misconfigured]);
}

/** Finds agents that Kubernetes killed: out of memory, evicted, node lost. */
function agentsNotKilled({ agentPods = [] }: AgentClusterFacts): readonly WrongField[] {
  const ended = agentPods.flatMap((pod): WrongField[] => {
    const { reason = '', message = '', conditions = [] } = pod.status ?? {};
    const disruption = conditions.find(
      ({ type, status }) => type === 'DisruptionTarget' && status === 'True',
    );
    const byReason = ADVICE.find(({ reasons }) => reasons.includes(reason));
    const byCondition = ADVICE.find(({ reasons }) => reasons.includes(disruption?.reason ?? ''));
    const found = byReason ?? byCondition;
    if (found === undefined) return [];
    const told =
      byReason === undefined
        ? { reason: disruption?.reason ?? '', message: disruption?.message ?? '' }
        : { reason, message };
    return [
      {
        code: 'agent-process-killed',
        object: objectName('Pod', pod),
        field: byReason === undefined ? 'status.conditions[type=DisruptionTarget]' : 'status.reason',
        actual: `${told.reason}${told.message === '' ? '' : `: ${joined(told.message)}`}`,
        expected: 'an agent that runs until its build ends',
        fix: found.fix,
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
        object: objectName('Pod', pod),
        field: containerField(pod, container, 'resources.limits.memory'),
        actual: `${container.resources?.limits?.memory ?? 'not set'}: OOMKilled (exit code ${ended.exitCode})`,
        expected: 'more than the container takes',
        fix: "raise the container's resources.limits.memory in the pod template; for the agent's own JVM also set -XX:MaxRAMPercentage in JENKINS_JAVA_OPTS",
        confidence: 'certain',
      },
    ];
  });
  return mergeAlike([...ended, ...outOfMemory]);
}
