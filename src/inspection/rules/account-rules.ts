import type { AgentClusterFacts } from '../facts.ts';
import type { Finding } from '../finding.ts';

const step = 'k8s-rbac' as const;

/** The namespace of the agents is there, and is not on its way out. */
export function namespaceExists({ namespace, namespaceObject }: AgentClusterFacts): readonly Finding[] {
  const phase = namespaceObject?.status?.phase;
  if (namespaceObject !== null && phase !== 'Terminating') return [];
  return [
    {
      code: 'namespace-not-found',
      step: 'k8s-namespace',
      object: `Namespace ${namespace}`,
      field: namespaceObject === null ? 'metadata.name' : 'status.phase',
      actual: namespaceObject === null ? 'does not exist' : 'Terminating',
      expected: 'Active',
      fix: `kubectl create namespace ${namespace}, or name the right one in the cloud (JCasC: jenkins.clouds[].kubernetes.namespace)`,
      confidence: 'certain',
    },
  ];
}

/** The account that Jenkins uses exists. */
export function accountExists({ account, serviceAccount }: AgentClusterFacts): readonly Finding[] {
  if (account === null || serviceAccount !== null) return [];
  return [
    {
      code: 'serviceaccount-not-found',
      step,
      object: `ServiceAccount ${account.namespace}/${account.name}`,
      field: 'metadata.name',
      actual: 'does not exist',
      expected: `a ServiceAccount ${account.name} in ${account.namespace}`,
      fix: `kubectl -n ${account.namespace} create serviceaccount ${account.name}`,
      confidence: 'certain',
    },
  ];
}

/** There is a token Secret for the account: since Kubernetes 1.24 none is made unless somebody asks. */
export function accountHasToken({ account, accountsWithToken }: AgentClusterFacts): readonly Finding[] {
  if (account === null || accountsWithToken === undefined || accountsWithToken.includes(account.name)) {
    return [];
  }
  const { namespace, name } = account;
  return [
    {
      code: 'serviceaccount-token-missing',
      step,
      object: `ServiceAccount ${namespace}/${name}`,
      field: 'secrets',
      actual: 'no Secret of type kubernetes.io/service-account-token names this account',
      expected: 'a token Secret, or a token made by hand',
      fix: [
        'apiVersion: v1',
        'kind: Secret',
        'type: kubernetes.io/service-account-token',
        `metadata: { name: ${name}-token, namespace: ${namespace}, annotations: { kubernetes.io/service-account.name: ${name} } }`,
        `# then put this into the Jenkins credential: kubectl -n ${namespace} get secret ${name}-token -o jsonpath='{.data.token}' | base64 -d`,
      ].join('\n'),
      confidence: 'likely',
    },
  ];
}
