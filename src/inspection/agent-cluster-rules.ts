import type { AgentClusterFacts } from './cluster-facts.ts';
import type { InspectionRule } from './inspection-rule.ts';
import { ACCOUNT_RULES } from './rules/account-rules.ts';
import { AGENT_CONTAINER_RULES } from './rules/agent-container-rules.ts';
import { AGENT_ENVIRONMENT_RULES } from './rules/agent-environment-rules.ts';
import { AGENT_POD_RULES } from './rules/agent-pod-rules.ts';
import { MESH_EGRESS_RULES } from './rules/mesh-egress-rules.ts';
import { AGENT_NETWORK_POLICY_RULES } from './rules/network-policy-rules.ts';
import { QUOTA_RULES } from './rules/quota.ts';
import { RIGHTS_RULES } from './rules/rights-rules.ts';

import { AGENT_PODS, AGENT_POLICIES, judging, QUOTAS } from './rules/rule-subjects.ts';

/** The rules for a cluster where agents run. */
export const AGENT_CLUSTER_RULES: readonly InspectionRule<AgentClusterFacts>[] = [
  ...ACCOUNT_RULES,
  ...RIGHTS_RULES,
  ...judging(QUOTAS, QUOTA_RULES),
  ...judging(AGENT_PODS, AGENT_POD_RULES),
  ...judging(AGENT_PODS, AGENT_CONTAINER_RULES),
  ...judging(AGENT_PODS, AGENT_ENVIRONMENT_RULES),
  ...judging(AGENT_POLICIES, AGENT_NETWORK_POLICY_RULES),
  ...MESH_EGRESS_RULES,
];
