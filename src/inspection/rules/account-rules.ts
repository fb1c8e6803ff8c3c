import type { AgentClusterFacts } from '../cluster-facts.ts';
import type { WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import type { Pod, ServiceAccount } from '../objects/objects.ts';

export const ACCOUNT_RULES: readonly InspectionRule<AgentClusterFacts>[] = [
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
    holds: 'the Jenkins service account exists',
    needs: ['serviceAccount'],
    codes: ['serviceaccount-not-found'],
    find: accountExists,
  },
  {
    name: 'account-has-token',
    step: 'k8s-rbac',
    holds: 'the Jenkins service account has a token',
    needs: ['accountsWithToken'],
    codes: ['serviceaccount-token-missing'],
    find: accountHasToken,
  },
];

/** Finds a namespace of agents that is missing or is being deleted. */
function namespaceExists({ namespace, namespaceObject }: AgentClusterFacts): readonly WrongField[] {
  const phase = namespaceObject?.status?.phase;
  if (namespaceObject !== null && phase !== 'Terminating') return [];
  return [
    {
      code: 'namespace-not-found',
      object: `Namespace ${namespace}`,
      field: namespaceObject === null ? 'metadata.name' : 'status.phase',
      actual: namespaceObject === null ? 'does not exist' : 'Terminating',
      expected: 'Active',
      fix: `kubectl create namespace ${namespace}, or name the right one in the cloud (JCasC: jenkins.clouds[].kubernetes.namespace)`,
      confidence: 'certain',
    },
  ];
}

/** Finds a service account of Jenkins that does not exist. */
function accountExists({ account, serviceAccount }: AgentClusterFacts): readonly WrongField[] {
  if (account === null || serviceAccount !== null) return [];
  return [
    {
      code: 'serviceaccount-not-found',
      object: `ServiceAccount ${account.namespace}/${account.name}`,
      field: 'metadata.name',
      actual: 'does not exist',
      expected: `a ServiceAccount ${account.name} in ${account.namespace}`,
      fix: `kubectl -n ${account.namespace} create serviceaccount ${account.name}`,
      confidence: 'certain',
    },
  ];
}

/**
 * Finds an account without a token Secret. A controller outside this cluster needs a lasting token. Since Kubernetes
 * 1.24, a Secret is made only on request. This check cannot see whether the controller is outside, and whether it has
 * another token.
 */
function accountHasToken(facts: AgentClusterFacts): readonly WrongField[] {
  const { account, accountsWithToken, podsOfAccount = [], serviceAccount = null } = facts;
  if (account === null || accountsWithToken === undefined || accountsWithToken.includes(account.name)) {
    return [];
  }
  if (podsOfAccount.some((pod) => getsToken(pod, serviceAccount))) return [];
  const { namespace, name } = account;
  return [
    {
      code: 'serviceaccount-token-missing',
      object: `ServiceAccount ${namespace}/${name}`,
      field: 'secrets',
      actual: 'no Secret of type kubernetes.io/service-account-token names this account',
      expected: 'a token Secret or a token made on request, where the controller is outside this cluster',
      fix: [
        'apiVersion: v1',
        'kind: Secret',
        'type: kubernetes.io/service-account-token',
        `metadata: { name: ${name}-token, namespace: ${namespace}, annotations: { kubernetes.io/service-account.name: ${name} } }`,
        `# then put this into the Jenkins credential: kubectl -n ${namespace} get secret ${name}-token -o jsonpath='{.data.token}' | base64 -d`,
        `# or put a token there that expires, and renew it in time: kubectl -n ${namespace} create token ${name} --duration=8760h`,
      ].join('\n'),
      confidence: 'possible',
    },
  ];
}

/** Returns true if the kubelet mounts the token of its account in a pod, as a controller in this cluster uses it. */
function getsToken({ spec }: Pod, account: ServiceAccount | null): boolean {
  return (spec?.automountServiceAccountToken ?? account?.automountServiceAccountToken) !== false;
}
