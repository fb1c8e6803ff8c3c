import type { Code } from '../../catalogue/codes.ts';
import { type LogMessage, messagesOf, type Rule } from './message.ts';

/** Other clients log the same text: the class must belong to the plugin. */
const API_CLIENT = messagesOf('Kubernetes', 'the client of the API server', null, [
  [
    'ConnectException: …',
    'all',
    2,
    {
      by: 'the class that logs it',
      judge: ({ source }) => (/\bKubernetes[A-Z]/.test(source) ? ['kubernetes-api-unreachable'] : null),
    },
  ],
]);

const EVENTS = messagesOf('Kubernetes', 'events of the agent pod', null, [
  ['ImagePullBackOff', 'all', 3, byPod()],
  ['ErrImagePull', 'all', 3, byPod()],
  ['FailedScheduling', 'all', 2, ['agent-pod-pending']],
  ['CreateContainerConfigError', 'all', 2, ['agent-pod-pending']],
  ['FailedMount', 'all', 2, ['agent-pod-pending']],
  ['CrashLoopBackOff', 'all', 2, byPod('agent-container-crashing')],
  ['OOMKilled', 'all', 3, byPod('agent-process-killed')],
  ['Evicted', 'all', 2, byAgentPod('agent-process-killed')],
  ['Back-off restarting failed container', 'all', 2, byAgentPod('agent-container-crashing')],
  ['Failed to pull image "', 'all', 3, byAgentPod('image-pull-backoff')],
  ['Back-off pulling image "', 'all', 3, byAgentPod('image-pull-backoff')],
]);

/** Only pods of agents count: the line must name one. */
function byPod(
  code: 'image-pull-backoff' | 'agent-container-crashing' | 'agent-process-killed' = 'image-pull-backoff',
): Rule {
  return {
    by: 'the program: an agent or not',
    judge: ({ words, source, inAgentPod }) =>
      inAgentPod ||
      /jnlp|agent|slave|inbound|jenkins|Container \[|\[(?:Warning|Pending|Running)\]/i.test(words) ||
      /kubernetes|k8s/i.test(source)
        ? [code]
        : null,
  };
}

/** Every pod has this text: the line, or a line before it, must name an agent. */
function byAgentPod(code: Code): Rule {
  return {
    by: "the pod in it or in the lines before: an agent's or not",
    judge: ({ words, inAgentPod }) =>
      inAgentPod || /\bjnlp\b|inbound-agent|jenkins/.test(words) ? [code] : null,
  };
}

/** Events and states of pods, and failures of the client that reads them. */
export const POD_EVENTS: readonly LogMessage[] = [...API_CLIENT, ...EVENTS];
