import type { ControllerClusterFacts } from './cluster-facts.ts';
import type { InspectionRule } from './inspection-rule.ts';
import { AGENT_PORT_RULES } from './rules/agent-port-rules.ts';
import { HEALTH_CHECK_RULES } from './rules/health-check-rules.ts';
import { HOST_PORT_RULES } from './rules/host-port-rules.ts';
import { INGRESS_ANNOTATION_RULES } from './rules/ingress-annotation-rules.ts';
import { INGRESS_RULES } from './rules/ingress-rules.ts';
import { KUBELET_PROBE_RULES } from './rules/kubelet-probe-rules.ts';
import { LOAD_BALANCER_RULES } from './rules/load-balancer-rules.ts';
import { MESH_POLICY_RULES } from './rules/mesh-policy-rules.ts';
import { MESH_PROTOCOL_RULES } from './rules/mesh-protocol-rules.ts';
import { CONTROLLER_NETWORK_POLICY_RULES } from './rules/network-policy-rules.ts';
import { PROXY_PROTOCOL_RULES } from './rules/proxy-protocol-rules.ts';
import { PUBLISHED_RULES } from './rules/published-rules.ts';
import { routeRules, SERVICE_ROUTE_RULES } from './rules/route-rules.ts';
import {
  AGENT_SERVICES,
  BALANCERS,
  CONTROLLERS,
  DISCOVERY_INGRESS,
  INGRESSES,
  judging,
  PUBLISHING_SERVICES,
  TCP_ENTRIES,
} from './rules/rule-subjects.ts';
import { SERVICE_RULES } from './rules/service-rules.ts';
import { TCP_SERVICES_RULES } from './rules/tcp-services-rules.ts';

/** The rules for a cluster where a controller runs. */
export const CONTROLLER_CLUSTER_RULES: readonly InspectionRule<ControllerClusterFacts>[] = [
  ...judging(CONTROLLERS, CONTROLLER_NETWORK_POLICY_RULES),
  ...AGENT_PORT_RULES,
  ...MESH_PROTOCOL_RULES,
  ...HOST_PORT_RULES,
  ...judging(AGENT_SERVICES, SERVICE_RULES),
  ...PUBLISHED_RULES,
  ...judging(PUBLISHING_SERVICES, SERVICE_ROUTE_RULES),
  ...judging(INGRESSES, INGRESS_RULES),
  ...judging(DISCOVERY_INGRESS, INGRESS_ANNOTATION_RULES),
  ...judging(TCP_ENTRIES, TCP_SERVICES_RULES),
  ...routeRules('gateway', 'k8s-gateway'),
  ...routeRules('proxy', 'k8s-proxy'),
  ...routeRules('mesh', 'k8s-mesh'),
  ...MESH_POLICY_RULES,
  ...judging(BALANCERS, PROXY_PROTOCOL_RULES),
  ...judging(BALANCERS, LOAD_BALANCER_RULES),
  ...judging(BALANCERS, HEALTH_CHECK_RULES),
  ...judging(CONTROLLERS, KUBELET_PROBE_RULES),
];
