import type { AgentClusterFacts } from './cluster-facts.ts';
import type { InspectionRule } from './inspection-rule.ts';
import { ACCOUNT_RULES } from './rules/account-rules.ts';
import { AGENT_CONTAINER_RULES } from './rules/agent-container-rules.ts';
import { AGENT_ENVIRONMENT_RULES } from './rules/agent-environment-rules.ts';
import { AGENT_POD_RULES } from './rules/agent-pod-rules.ts';
import { AGENT_NETWORK_POLICY_RULES } from './rules/network-policy-rules.ts';
import { QUOTA_RULES } from './rules/quota.ts';
import { RIGHTS_RULES } from './rules/rights-rules.ts';

/** The rules for a cluster where agents run. */
export const AGENT_CLUSTER_RULES: readonly InspectionRule<AgentClusterFacts>[] = [
  ...ACCOUNT_RULES,
  ...RIGHTS_RULES,
  ...QUOTA_RULES,
  ...AGENT_POD_RULES,
  ...AGENT_CONTAINER_RULES,
  ...AGENT_ENVIRONMENT_RULES,
  ...AGENT_NETWORK_POLICY_RULES,
];
