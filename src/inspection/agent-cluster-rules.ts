import type { AgentClusterFacts } from './facts.ts';
import type { Rule } from './rule.ts';
import { accountExists, accountHasToken, namespaceExists } from './rules/account-rules.ts';
import { agentKeepsRunning, agentNotOverridden, sidecarReadyFirst } from './rules/agent-container-rules.ts';
import { environmentAgrees } from './rules/agent-environment-rules.ts';
import { agentsNotKilled, imagesPulled, podsScheduled } from './rules/agent-pod-rules.ts';
import { egressAllowed } from './rules/network-policy-rules.ts';
import { quotaLeft } from './rules/quota.ts';
import { accountMay, unreadRole } from './rules/rights-rules.ts';

/** The rules for a cluster where agents run. */
export const AGENT_CLUSTER_RULES: readonly Rule<AgentClusterFacts>[] = [
  {
    name: 'namespace-exists',
    step: 'k8s-namespace',
    holds: 'the namespace of the agents exists',
    needs: ['namespaceObject'],
    codes: ['namespace-not-found'],
    find: namespaceExists,
  },
  {
    name: 'account-exists',
    step: 'k8s-rbac',
    holds: "Jenkins' account exists",
    needs: ['serviceAccount'],
    codes: ['serviceaccount-not-found'],
    find: accountExists,
  },
  {
    name: 'account-has-token',
    step: 'k8s-rbac',
    holds: "there is a token for Jenkins' account",
    needs: ['accountsWithToken'],
    codes: ['serviceaccount-token-missing'],
    find: accountHasToken,
  },
  {
    name: 'account-may',
    step: 'k8s-rbac',
    holds: "Jenkins' account may do what the kubernetes plugin does",
    needs: ['roles', 'roleBindings'],
    codes: ['rbac-pods-forbidden', 'rbac-events-forbidden', 'rbac-secrets-forbidden', 'rbac-pvc-forbidden'],
    find: accountMay,
    undecided: { fact: 'clusterRoles', why: unreadRole },
  },
  {
    name: 'quota-left',
    step: 'k8s-quota',
    holds: 'the quotas leave room for agents',
    needs: ['quotas'],
    codes: ['quota-exceeded'],
    find: quotaLeft,
  },
  {
    name: 'images-pulled',
    step: 'k8s-agent-pods',
    holds: 'the images of agent pods are pulled',
    needs: ['agentPods'],
    codes: ['image-pull-backoff'],
    find: imagesPulled,
  },
  {
    name: 'pods-scheduled',
    step: 'k8s-agent-pods',
    holds: 'agent pods get a node and their containers',
    needs: ['agentPods'],
    codes: ['agent-pod-pending'],
    find: podsScheduled,
  },
  {
    name: 'agents-not-killed',
    step: 'k8s-agent-pods',
    holds: 'no agent is killed from outside',
    needs: ['agentPods'],
    codes: ['agent-process-killed'],
    find: agentsNotKilled,
  },
  {
    name: 'sidecar-ready-first',
    step: 'k8s-agent-pods',
    holds: 'agents wait for their sidecar',
    needs: ['agentPods'],
    codes: ['mesh-sidecar-not-ready'],
    find: sidecarReadyFirst,
  },
  {
    name: 'agent-keeps-running',
    step: 'k8s-agent-pods',
    holds: 'agent containers keep running',
    needs: ['agentPods'],
    codes: ['agent-container-crashing'],
    find: agentKeepsRunning,
  },
  {
    name: 'agent-not-overridden',
    step: 'k8s-agent-pods',
    holds: "the agent's container runs the agent",
    needs: ['agentPods'],
    codes: ['jnlp-container-overridden'],
    find: agentNotOverridden,
  },
  {
    name: 'environment-agrees',
    step: 'k8s-agent-environment',
    holds: "the agents' connection settings go together",
    needs: ['agentPods'],
    codes: [
      'tunnel-with-websocket',
      'tunnel-with-direct',
      'tunnel-has-scheme',
      'tunnel-missing-port',
      'tunnel-empty',
      'agent-host-invalid-for-uri',
      'instance-identity-missing',
    ],
    find: environmentAgrees,
  },
  {
    name: 'egress-allowed',
    step: 'k8s-network-policy',
    holds: 'no NetworkPolicy keeps agents in',
    needs: ['networkPolicies', 'agentPods'],
    codes: ['networkpolicy-default-deny', 'networkpolicy-label-mismatch'],
    find: egressAllowed,
  },
];
