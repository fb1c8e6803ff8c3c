import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { agentPortDemand } from '../objects/agent-port-demand.ts';
import { controllerPods } from '../objects/controller-service.ts';
import type { Pod } from '../objects/objects.ts';
import { hasSidecar } from '../objects/sidecar-proxy.ts';

/** Istio's namespace for policies of the whole mesh, unless it was installed in another one. */
export const ROOT_NAMESPACE = 'istio-system';
/** The annotation that keeps inbound ports of a pod out of the mesh. */
export const EXCLUDED_PORTS = 'traffic.sidecar.istio.io/excludeInboundPorts';

/** Whether a mesh guards an agent port that somebody may need. */
export function isGuarded(facts: ControllerClusterFacts): boolean {
  return guardedPods(facts).length > 0 && agentPortDemand(facts) !== 'nobody';
}

/** The controllers' pods that are in a mesh whose objects were read, and whose agent port the mesh guards. */
export function guardedPods(facts: ControllerClusterFacts): readonly Pod[] {
  const read = (facts.exposures ?? []).some(
    ({ name, unreadable }) => name === 'istio' && unreadable === undefined,
  );
  if (!read) return [];
  return controllerPods(facts).filter((pod) => {
    const excluded = (pod.metadata?.annotations?.[EXCLUDED_PORTS] ?? '')
      .split(',')
      .map((port) => port.trim());
    return isInMesh(pod) && !excluded.includes(String(facts.agentPort)) && !excluded.includes('*');
  });
}

/** Whether a pod is in a mesh: it has a sidecar, or the annotation that Istio's node agent leaves in ambient mode. */
export function isInMesh(pod: Pod): boolean {
  return pod.metadata?.annotations?.['ambient.istio.io/redirection'] === 'enabled' || hasSidecar(pod);
}
