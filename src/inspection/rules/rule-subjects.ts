import type { AgentClusterFacts, ControllerClusterFacts } from '../cluster-facts.ts';
import type { InspectionRule, RuleSubject } from '../inspection-rule.ts';
import { agentServices, controllerPods } from '../objects/controller-service.ts';
import { listenerRoute } from '../objects/discovery-route.ts';
import { balancersOf } from '../objects/load-balancer.ts';
import { agentEntries } from '../objects/tcp-services.ts';
import { proxyPods } from '../routes/proxy-pods.ts';
import { routesFor } from '../routes/route-purpose.ts';

type OfAgents = RuleSubject<AgentClusterFacts>;
type OfControllers = RuleSubject<ControllerClusterFacts>;

export const AGENT_PODS: OfAgents = {
  absent: 'there is no agent pod to check',
  isThere: ({ agentPods = [] }) => agentPods.length > 0,
};
export const QUOTAS: OfAgents = {
  absent: 'the namespace has no ResourceQuota',
  isThere: ({ quotas = [] }) => quotas.length > 0,
};
export const AGENT_POLICIES: OfAgents = {
  absent: 'the namespace has no NetworkPolicy and no agent pod',
  isThere: ({ networkPolicies = [], agentPods = [] }) => networkPolicies.length + agentPods.length > 0,
};

export const CONTROLLERS: OfControllers = {
  absent: 'there is no controller pod to check',
  isThere: (facts) => controllerPods(facts).length > 0,
};
export const AGENT_SERVICES: OfControllers = {
  absent: 'no Service has the agent port',
  isThere: (facts) => agentServices(facts).length > 0,
};
export const PUBLISHING_SERVICES: OfControllers = {
  absent: 'no Service of the controller has a load balancer, a node port or an external address',
  isThere: (facts) => routesFor(facts, 'service', null).length > 0,
};
export const INGRESSES: OfControllers = {
  absent: 'no Ingress routes to the controller',
  isThere: (facts) => routesFor(facts, 'ingress', 'web').length > 0,
};
export const DISCOVERY_INGRESS: OfControllers = {
  absent: "no Ingress matches the path of the agents' discovery",
  isThere: (facts) => listenerRoute(facts, 'ingress') !== null,
};
export const PROXY_PODS: OfControllers = {
  absent:
    'no pods of a proxy with routes to the controller were read; add their namespaces to ingressNamespaces',
  isThere: (facts) => proxyPods(facts).length > 0,
};
export const TCP_ENTRIES: OfControllers = {
  absent: 'no ConfigMap of ingress-nginx has an entry for the agent port',
  isThere: (facts) => agentEntries(facts).length > 0,
};
export const BALANCERS: OfControllers = {
  absent: 'no load balancer and no ingress-nginx entry serves the agent port',
  isThere: (facts) => balancersOf(facts).length + agentEntries(facts).length > 0,
};

/** The rules with a default subject; a rule is skipped if its subject is absent. */
export function judging<Facts>(
  subject: RuleSubject<Facts>,
  rules: readonly InspectionRule<Facts>[],
): readonly InspectionRule<Facts>[] {
  return rules.map((rule) => ({ subject, ...rule }));
}
