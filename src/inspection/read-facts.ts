import type { AgentClusterFacts, ControllerClusterFacts } from './cluster-facts.ts';
import { agentPortIn } from './objects/controller-service.ts';
import { serviceEntry, sidecar } from './objects/mesh-egress.ts';
import {
  configMap,
  endpoints,
  gatewayClass,
  ingress,
  ingressClass,
  limitRange,
  namespace,
  networkPolicy,
  pod,
  resourceQuota,
  role,
  roleBinding,
  service,
  serviceAccount,
  workload,
} from './objects/objects.ts';
import { list, object, type Shape, text, textMap, untouched } from './objects/shape.ts';
import { routesIn } from './routes/all-readers.ts';

type Shapes<Facts> = { readonly [Fact in keyof Facts]?: Shape<unknown> };

const AGENT_SHAPES: Shapes<AgentClusterFacts> = {
  namespaceObject: namespace,
  serviceAccount,
  roles: list(role),
  roleBindings: list(roleBinding),
  clusterRoles: list(role),
  otherRoleBindings: list(roleBinding),
  podsOfAccount: list(pod),
  quotas: list(resourceQuota),
  limitRanges: list(limitRange),
  agentPods: list(pod),
  networkPolicies: list(networkPolicy),
  sidecars: list(sidecar),
  serviceEntries: list(serviceEntry),
};

const CONTROLLER_SHAPES: Shapes<ControllerClusterFacts> = {
  namespaceLabels: textMap,
  pods: list(pod),
  agentPods: list(pod),
  services: list(service),
  endpoints: list(endpoints),
  ingresses: list(ingress),
  ingressClasses: list(ingressClass),
  gatewayClasses: list(gatewayClass),
  networkPolicies: list(networkPolicy),
  ingressWorkloads: list(workload),
  ingressServices: list(service),
  ingressPods: list(pod),
  configMaps: list(configMap),
  exposures: list(
    object({
      name: text,
      unreadable: text,
      namespaces: list(text),
      resources: list(object({ group: text, plural: text, served: list(text), items: list(untouched) })),
    }),
  ),
};

/** Facts whose objects hold what the rules read and nothing else, whatever the API server sent. */
export function readAgentFacts(facts: AgentClusterFacts): AgentClusterFacts {
  return { ...facts, ...readObjects(facts, AGENT_SHAPES) };
}

/** As {@link readAgentFacts}, for a cluster of controllers; the agent port is the one that the cluster tells. */
export function readControllerFacts(facts: ControllerClusterFacts): ControllerClusterFacts {
  const read = { ...facts, ...readObjects(facts, CONTROLLER_SHAPES) };
  const known = { ...read, agentPort: agentPortIn(read) };
  return { ...known, routes: routesIn(known) };
}

/** Reads each fact with its shape. The caller keeps null, which means that the object does not exist. */
function readObjects<Facts extends object>(facts: Facts, shapes: Shapes<Facts>): Partial<Facts> {
  const names = Object.keys(shapes) as (keyof Facts & string)[];
  return Object.fromEntries(
    names
      .filter((name) => facts[name] !== undefined && facts[name] !== null)
      .map((name) => [name, shapes[name]?.(facts[name])]),
  ) as Partial<Facts>;
}
