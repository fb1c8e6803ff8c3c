import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { agentPortDemand } from '../objects/agent-port-demand.ts';
import { controllerPods } from '../objects/controller-service.ts';
import type { Pod } from '../objects/objects.ts';
import { hasSidecar } from '../objects/sidecar-proxy.ts';

/** Istio's namespace for policies of the whole mesh, unless it was installed in another one. */
export const ROOT_NAMESPACE = 'istio-system';
/** The annotation that keeps inbound ports of a pod out of the mesh. */
export const EXCLUDED_PORTS = 'traffic.sidecar.istio.io/excludeInboundPorts';
const INCLUDED_PORTS = 'traffic.sidecar.istio.io/includeInboundPorts';

/** Returns true if a mesh protects an agent port that agents may need. */
export function isGuarded(facts: ControllerClusterFacts): boolean {
  return guardedPods(facts).length > 0 && agentPortDemand(facts) !== 'nobody';
}

/** The controller pods whose agent port is in a mesh, if the objects of the mesh were read. */
export function guardedPods(facts: ControllerClusterFacts): readonly Pod[] {
  const read = (facts.exposures ?? []).some(
    ({ name, unreadable }) => name === 'istio' && unreadable === undefined,
  );
  if (!read) return [];
  return controllerPods(facts).filter((pod) => isInMesh(pod) && isCaptured(pod, facts.agentPort));
}

/** Returns true if the sidecar of a pod intercepts a port; annotations include or exclude ports. */
function isCaptured({ metadata }: Pod, port: number): boolean {
  const named = (annotation: string) => {
    const value = metadata?.annotations?.[annotation];
    if (value === undefined) return null;
    const ports = value.split(',').map((each) => each.trim());
    return ports.includes('*') || ports.includes(String(port));
  };
  return named(EXCLUDED_PORTS) !== true && named(INCLUDED_PORTS) !== false;
}

/** Returns true if a pod is in a mesh: it has a sidecar, or the annotation that Istio sets in ambient mode. */
export function isInMesh(pod: Pod): boolean {
  return pod.metadata?.annotations?.['ambient.istio.io/redirection'] === 'enabled' || hasSidecar(pod);
}
