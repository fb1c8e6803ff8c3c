import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { agentServices, controllerPods } from '../objects/controller-service.ts';
import type { Pod } from '../objects/objects.ts';

export const HOST_PORT_RULES: readonly InspectionRule<ControllerClusterFacts>[] = [
  {
    name: 'host-port-stays',
    step: 'k8s-service',
    holds: 'a controller that agents reach by node address is pinned to its node',
    needs: ['services', 'pods'],
    codes: ['tunnel-target-wrong'],
    subject: {
      absent: 'no controller opens the agent port on its node',
      isThere: (facts) => isOnNode(controllerPods(facts), facts.agentPort),
    },
    find: hostPortStays,
  },
];

/** Returns true if pods open the agent port at the address of their node. */
export function isOnNode(pods: readonly Pod[], agentPort: number): boolean {
  return pods.some(
    ({ spec }) =>
      spec?.hostNetwork === true ||
      (spec?.containers ?? []).some(({ ports = [] }) =>
        ports.some(({ containerPort, hostPort }) => containerPort === agentPort && hostPort !== undefined),
      ),
  );
}

/** Finds controllers that agents reach only by node address and that may move to another node. */
function hostPortStays(facts: ControllerClusterFacts): readonly WrongField[] {
  if (agentServices(facts).length > 0) return [];
  return controllerPods(facts)
    .filter((pod) => isOnNode([pod], facts.agentPort) && !isHeld(pod))
    .slice(0, 1)
    .map((pod) => ({
      code: 'tunnel-target-wrong',
      object: objectName('Pod', pod),
      field: 'spec.nodeSelector',
      actual: 'not set, while agents reach the port at the address of the node',
      expected: 'a nodeSelector, unless the volume of the pod pins it to the node',
      fix: '# Values of the Jenkins chart:\ncontroller: { nodeSelector: { kubernetes.io/hostname: NODE } }\n# Without the chart: the same in spec.template.spec of its StatefulSet',
      confidence: 'possible',
    }));
}

function isHeld({ spec }: Pod): boolean {
  return (
    Object.keys(spec?.nodeSelector ?? {}).length > 0 ||
    spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution !== undefined
  );
}
