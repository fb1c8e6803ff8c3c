import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { agentContainer, environmentValue } from './agent-container.ts';
import type { Container } from './objects.ts';

/**
 * How the agents that are known need the agent port: nobody does (WebSocket), by a Service of the controller's namespace, at
 * an address elsewhere (a node, a load balancer outside), or nothing is known of them.
 */
type AgentPortDemand = 'nobody' | 'service' | 'elsewhere' | 'unknown';

/** What the environment of agent pods tells, or else what was probed: a controller is probed as its agents connect. */
export function agentPortDemand({
  namespace,
  agentPods = [],
  steps = [],
}: Pick<ControllerClusterFacts, 'namespace' | 'agentPods' | 'steps'>): AgentPortDemand {
  const agents = agentPods.flatMap((pod) => agentContainer(pod) ?? []);
  const byPort = agents.filter((each) => environmentValue(each, 'JENKINS_WEB_SOCKET') !== 'true');
  if (byPort.length > 0) {
    return byPort.every((each) => dialsElsewhere(each, namespace)) ? 'elsewhere' : 'service';
  }
  if (agents.length > 0) return 'nobody';
  const probed = (wanted: string) => steps.some(({ entrypoint }) => entrypoint === wanted);
  return probed('websocket') && !probed('agent-port') ? 'nobody' : 'unknown';
}

/** Whether an agent is told an address that is not a Service of this namespace. Without one it dials what is announced. */
function dialsElsewhere(agent: Container, namespace: string): boolean {
  const address =
    environmentValue(agent, 'JENKINS_TUNNEL') || environmentValue(agent, 'JENKINS_DIRECT_CONNECTION');
  const host = /^\[?([^\]/]*)\]?:\d*$/.exec(address ?? '')?.[1] ?? '';
  if (host === '') return false;
  if (host.includes(':') || /^[\d.]+$/.test(host)) return true;
  const [, second, third = 'svc'] = host.split('.');
  return second !== undefined && (second !== namespace || third !== 'svc');
}
