import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { agentContainer, environmentValue } from './agent-container.ts';
import { hostOf } from './discovery-route.ts';
import type { Container, Pod } from './objects.ts';

/**
 * The known agents' need for the agent port. `nobody`: they use WebSocket. `service`: they connect to a Service of the
 * controller's namespace. `elsewhere`: they connect to another address (a node, an external load balancer). `unknown`:
 * the cluster and the probes do not show it.
 */
type AgentPortDemand = 'nobody' | 'service' | 'elsewhere' | 'unknown';

/**
 * Returns the demand that the environment of agent pods shows. Without agent pods, the probed entrypoints decide: a
 * controller is probed as its agents connect.
 */
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

/**
 * Returns true if an agent pod is configured to connect to a Service of the controller's namespace by raw TCP. Also
 * true if its configuration is not visible.
 */
export function dialsService(pod: Pod, { namespace }: Pick<ControllerClusterFacts, 'namespace'>): boolean {
  const agent = agentContainer(pod);
  if (agent === null) return true;
  if (environmentValue(agent, 'JENKINS_WEB_SOCKET') === 'true') return false;
  const host = dialledHost(pod);
  return host === null || !isElsewhere(host, namespace);
}

/** The host that an agent pod dials, by its tunnel or else its Jenkins URL; null: it is told neither. */
export function dialledHost(pod: Pod): string | null {
  const agent = agentContainer(pod);
  return agent === null ? null : toldHost(agent) || hostOf(environmentValue(agent, 'JENKINS_URL'));
}

/**
 * Returns true if an agent is configured with an address that is not a Service of this namespace. Without a configured
 * address, an agent dials the announced one.
 */
function dialsElsewhere(agent: Container, namespace: string): boolean {
  const host = toldHost(agent);
  return host !== '' && isElsewhere(host, namespace);
}

/** The host of an agent's tunnel or direct connection; empty: it has none. */
function toldHost(agent: Container): string {
  const address =
    environmentValue(agent, 'JENKINS_TUNNEL') || environmentValue(agent, 'JENKINS_DIRECT_CONNECTION');
  return /^\[?([^\]/]*)\]?:\d*$/.exec(address ?? '')?.[1] ?? '';
}

function isElsewhere(host: string, namespace: string): boolean {
  if (host.includes(':') || /^[\d.]+$/.test(host)) return true;
  const [, second, third = 'svc'] = host.split('.');
  return second !== undefined && (second !== namespace || third !== 'svc');
}
