import { CATALOGUE } from '../../catalogue/catalogue.ts';
import { worksHere } from '../../catalogue/compare.ts';
import { atMost, type Confidence } from '../../catalogue/entry.ts';
import type { AgentClusterFacts } from '../cluster-facts.ts';
import { mergeAlike, objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import {
  agentContainer,
  containerField,
  eachContainer,
  endOf,
  environmentValue,
  isDeleted,
  joined,
  statusOf,
} from '../objects/agent-container.ts';
import type { Container } from '../objects/objects.ts';

export const AGENT_CONTAINER_RULES: readonly InspectionRule<AgentClusterFacts>[] = [
  {
    name: 'sidecar-ready-first',
    step: 'k8s-agent-pods',
    holds: 'agents wait for their sidecar',
    needs: ['agentPods'],
    codes: ['mesh-sidecar-not-ready'],
    find: sidecarReadyFirst,
  },
  {
    name: 'agent-keeps-running',
    step: 'k8s-agent-pods',
    holds: 'agent containers keep running',
    needs: ['agentPods'],
    codes: ['agent-container-crashing'],
    find: agentKeepsRunning,
  },
  {
    name: 'agent-not-overridden',
    step: 'k8s-agent-pods',
    holds: 'the agent container runs the agent',
    needs: ['agentPods'],
    codes: ['jnlp-container-overridden'],
    find: agentNotOverridden,
  },
];

/** A sidecar that is not ready refuses connections only in the first seconds of a pod. */
const SIDECAR_START_MS = 30_000;
const SIDECARS = ['istio-proxy', 'linkerd-proxy'];
const AGENT_IMAGE = /inbound-agent|jnlp-(slave|agent)/;
/** Ways to start an agent: the image's script under its names, or the library itself. */
const STARTS_AGENT = /\bjenkins-(agent|slave)\b|\b(agent|remoting|slave)\.jar\b|hudson\.remoting\./;
/** Commands that only keep a container running. */
const KEEPS_RUNNING = /(^|[\s/;&])(cat|sleep|tail)(\s|$)|\binfinity\b/;
/** The arguments that old templates give: the secret and the name, as variables. */
const LEGACY_ARGUMENTS = ['$(JENKINS_SECRET)', '$(JENKINS_NAME)'];

/** Finds agent containers that stop, with the cause from their log. */
function agentKeepsRunning({ agentPods = [], logs = [], steps }: AgentClusterFacts): readonly WrongField[] {
  return mergeAlike(
    agentPods.flatMap((pod): WrongField[] => {
      const container = agentContainer(pod);
      if (container === null || isDeleted(pod)) return [];
      // After a restart, or while one is pending, the failure is in the previous log.
      const again = statusOf(pod, container.name)?.lastState?.terminated !== undefined;
      const showLog = `kubectl -n ${pod.metadata?.namespace} logs ${pod.metadata?.name} -c ${container.name}${again ? ' --previous' : ''}`;
      const read = logs.filter((log) => log.pod === pod.metadata?.name && log.container === container.name);
      const named = read.flatMap(({ findings }) => findings);
      if (named.length > 0) {
        return named.map(({ code, line }) => ({
          code,
          object: objectName('Pod', pod),
          field: `log of container ${container.name}`,
          actual: joined(line),
          expected: 'INFO: Connected',
          fix: showLog,
          // If that hop works from here, the failure may be over, or only the agent has it.
          confidence:
            worksHere(code, steps) === null ? atMost(CATALOGUE[code].confidence, 'likely') : 'possible',
        }));
      }
      const ended = endOf(pod, container);
      if (ended === null || ended.exitCode === 0 || ended.reason === 'OOMKilled') return [];
      const restarts = statusOf(pod, container.name)?.restartCount ?? 0;
      return [
        {
          code: 'agent-container-crashing',
          object: objectName('Pod', pod),
          field: `status.containerStatuses[name=${container.name}]`,
          actual: `exit code ${ended.exitCode}${restarts > 0 ? `, ${restarts} restarts` : ''}${ended.message === undefined ? '' : `: ${joined(ended.message)}`}`,
          expected: 'running',
          fix: `read why: ${showLog}`,
          confidence: 'certain',
        },
      ];
    }),
  );
}

/** Finds pods whose agent container does not run the agent, or that run a second agent. */
function agentNotOverridden({ agentPods = [] }: AgentClusterFacts): readonly WrongField[] {
  return eachContainer(agentPods, (pod, container) => {
    const agent = agentContainer(pod);
    const injected = container.env?.some(({ name }) => name === 'JENKINS_AGENT_FILE') ?? false;
    if (container !== agent) {
      if (!AGENT_IMAGE.test(container.image ?? '') || startsOther(container)) return [];
      return [
        {
          code: 'jnlp-container-overridden',
          object: objectName('Pod', pod),
          field: containerField(pod, container, 'name'),
          actual: `${container.name} runs the agent image ${container.image} beside ${agent?.name ?? 'no agent container'}`,
          expected: 'jnlp: a container of this name replaces the default agent',
          fix: `name the container jnlp in the pod template, or set agentContainer: ${container.name} and agentInjection: true`,
          confidence: 'certain',
        },
      ];
    }
    if (injected) return [];
    const { command = [], args = [] } = container;
    const wrong = command.length > 0 ? 'command' : 'args';
    const confidence = command.length > 0 ? doubtOfCommand(container) : doubtOfArgs(container);
    if (confidence === null) return [];
    return [
      {
        code: 'jnlp-container-overridden',
        object: objectName('Pod', pod),
        field: containerField(pod, container, wrong),
        actual: redacted(container, wrong === 'command' ? command : args),
        expected: `none: the image's own entrypoint starts the agent`,
        fix: `take ${wrong} out of the container ${container.name} in the pod template; for an image of your own set agentContainer: ${container.name} and agentInjection: true`,
        confidence,
      },
    ];
  });
}

/** Finds agents that do not wait for their sidecar. */
function sidecarReadyFirst({ agentPods = [] }: AgentClusterFacts): readonly WrongField[] {
  return mergeAlike(
    agentPods.flatMap((pod): WrongField[] => {
      const container = agentContainer(pod);
      const sidecar = pod.spec?.containers?.find(({ name }) => SIDECARS.includes(name ?? ''));
      const { annotations = {} } = pod.metadata ?? {};
      const held =
        /holdApplicationUntilProxyStarts["']?\s*:\s*true/.test(annotations['proxy.istio.io/config'] ?? '') ||
        // From Linkerd 2.11 on the proxy starts first and the agent waits for it, unless that is disabled.
        (sidecar?.name === 'linkerd-proxy' && annotations['config.linkerd.io/proxy-await'] !== 'disabled');
      if (container === null || sidecar === undefined || held || isDeleted(pod)) return [];
      const ended = endOf(pod, container);
      const lived = Date.parse(ended?.finishedAt ?? '') - Date.parse(ended?.startedAt ?? '');
      if (ended === null || ended.exitCode === 0 || !(lived <= SIDECAR_START_MS)) return [];
      const istio = sidecar.name === 'istio-proxy';
      const key = istio ? 'proxy.istio.io/config' : 'config.linkerd.io/proxy-await';
      const value = istio ? '{ "holdApplicationUntilProxyStarts": true }' : 'enabled';
      return [
        {
          code: 'mesh-sidecar-not-ready',
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

/** Returns true if a container of the agent's image has another command. The image's script runs a single word. */
function startsOther({ command = [], args = [] }: Container): boolean {
  return command.length > 0 || isSingleWord(args);
}

function isSingleWord(args: readonly string[]): boolean {
  return args.length === 1 && !args[0]?.startsWith('-');
}

/**
 * Returns the confidence that a command does not start an agent; null if it does. The content of a custom script is not
 * visible.
 */
function doubtOfCommand({ command = [], args = [] }: Container): Confidence | null {
  const words = [...command, ...args].join(' ');
  if (STARTS_AGENT.test(words)) return null;
  return KEEPS_RUNNING.test(words) ? 'likely' : 'possible';
}

/**
 * Returns the confidence that arguments keep the agent from starting; null if they do not. The image's script
 * (`jenkins-agent`) runs a single word instead of the agent. It passes everything else to agent.jar: options, the
 * secret, the name.
 */
function doubtOfArgs(container: Container): Confidence | null {
  const { args = [], image = '' } = container;
  if (isSingleWord(args)) return AGENT_IMAGE.test(image) ? 'certain' : 'likely';
  const names = ['JENKINS_SECRET', 'JENKINS_NAME', 'JENKINS_AGENT_NAME'].map((name) =>
    environmentValue(container, name),
  );
  const foreign = args.filter(
    (arg, index) =>
      !arg.startsWith('-') &&
      // It may be the value of the previous option.
      !/^-[^=]*$/.test(args[index - 1] ?? '') &&
      !LEGACY_ARGUMENTS.includes(arg) &&
      !names.includes(arg),
  );
  return foreign.length === 0 ? null : 'likely';
}

/** Arguments without the agent's secret, for a report. */
function redacted(container: Container, words: readonly string[]): string {
  const secret = environmentValue(container, 'JENKINS_SECRET');
  return joined(
    words
      .map((word) => (/^[0-9a-f]{64}$/i.test(word) || word === secret ? '***' : word))
      .join(' ')
      .replaceAll(secret === null || secret === '' ? /[0-9a-f]{64}/gi : secret, '***'),
  );
}
