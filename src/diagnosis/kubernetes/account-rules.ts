import {
  bindsAccount,
  type Need,
  needsOf,
  permits,
  roleBindingYaml,
  roleOf,
  roleYaml,
  userOf,
} from './access.ts';
import type { Account, AgentClusterFacts } from './facts.ts';
import { type Finding, objectName } from './finding.ts';
import type { RoleBinding } from './objects.ts';

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

/**
 * The account may do everything that the kubernetes plugin does. What the API server answers counts; where it was not
 * asked, what the Roles say. The bindings and Roles then tell which object is wrong.
 */
export function accountMay(facts: AgentClusterFacts): readonly Finding[] {
  const { account } = facts;
  if (account === null) return [];
  const missing = missingOf(facts, account);
  if (missing.length === 0) return [];
  const own = (facts.roleBindings ?? []).filter((binding) => bindsAccount(binding, account));
  if (own.length === 0) return [unbound(facts, account, missing)];
  const dangling = danglingRole(facts, own);
  if (dangling !== null) return [dangling];
  return incompleteRole(facts, account, own, missing);
}

function missingOf(facts: AgentClusterFacts, account: Account): readonly Need[] {
  const { access, roleBindings = [], roles = [], clusterRoles = [] } = facts;
  const needs = needsOf(facts.dynamicVolumes);
  if (access !== undefined) {
    return needs.filter(({ resource, verb }) =>
      access.some((each) => each.resource === resource && each.verb === verb && !each.allowed),
    );
  }
  const rules = roleBindings
    .filter((binding) => bindsAccount(binding, account))
    .flatMap((binding) => roleOf(binding, roles, clusterRoles)?.rules ?? []);
  return needs.filter((need) => !permits(rules, need));
}

/** No binding of this namespace takes in the account: which one was meant to? */
function unbound(facts: AgentClusterFacts, account: Account, missing: readonly Need[]): Finding {
  const { namespace, roles = [], roleBindings = [], otherRoleBindings = [], dynamicVolumes } = facts;
  const code = missing[0]?.code ?? 'rbac-pods-forbidden';
  const roleName = roles.find(({ rules = [] }) => permits(rules, { resource: 'pods', verb: 'create' }))
    ?.metadata?.name;
  const refersHere = (binding: RoleBinding) =>
    binding.roleRef?.kind === 'Role' && binding.roleRef.name === roleName && roleName !== undefined;
  const elsewhere =
    otherRoleBindings.find((binding) => refersHere(binding) && bindsAccount(binding, account)) ??
    otherRoleBindings.find(
      (binding) =>
        binding.roleRef?.kind === 'Role' && (bindsAccount(binding, account) || refersHere(binding)),
    );
  const role = roleName ?? elsewhere?.roleRef?.name ?? 'jenkins';
  const apply = [
    ...(roleName === undefined ? [roleYaml(namespace, role, dynamicVolumes), '---'] : []),
    roleBindingYaml(namespace, role, account),
  ].join('\n');

  // Right namespace, wrong subject.
  const near = roleBindings.find(refersHere);
  if (near !== undefined) {
    const subject = near.subjects?.[0];
    const wrongKind = subject?.kind !== 'ServiceAccount' && subject?.name === account.name;
    const wrongNamespace = subject?.kind === 'ServiceAccount' && subject.name === account.name;
    return {
      code,
      step,
      object: objectName('RoleBinding', near),
      field: wrongKind ? 'subjects[0].kind' : wrongNamespace ? 'subjects[0].namespace' : 'subjects',
      actual: wrongKind
        ? String(subject?.kind)
        : wrongNamespace
          ? String(subject?.namespace)
          : describeSubjects(near),
      expected: wrongKind
        ? 'ServiceAccount'
        : wrongNamespace
          ? account.namespace
          : `ServiceAccount ${account.namespace}/${account.name}`,
      fix: apply,
      confidence: 'certain',
    };
  }
  if (elsewhere !== undefined) {
    const { namespace: wrong = '?', name = '?' } = elsewhere.metadata ?? {};
    return {
      code,
      step,
      object: objectName('RoleBinding', elsewhere),
      field: 'metadata.namespace',
      actual: wrong,
      expected: `${namespace}: a binding counts only in the namespace of its Role and of the agent pods`,
      fix: `${apply}\n# and then: kubectl -n ${wrong} delete rolebinding ${name}`,
      confidence: 'certain',
    };
  }
  return {
    code,
    step,
    object: `RoleBinding ${namespace}/${role}`,
    field: 'subjects',
    actual: `no RoleBinding in ${namespace} names ${userOf(account)}`,
    expected: `ServiceAccount ${account.namespace}/${account.name}`,
    fix: apply,
    confidence: 'certain',
  };
}

/** A binding that refers to a Role that this namespace does not have. */
function danglingRole(facts: AgentClusterFacts, own: readonly RoleBinding[]): Finding | null {
  const { namespace, roles, clusterRoles, dynamicVolumes } = facts;
  const found = own.find((binding) => {
    const among = binding.roleRef?.kind === 'ClusterRole' ? clusterRoles : roles;
    return among !== undefined && roleOf(binding, roles ?? [], clusterRoles ?? []) === null;
  });
  if (found === undefined) return null;
  const { kind = 'Role', name = '?' } = found.roleRef ?? {};
  return {
    code: 'rbac-pods-forbidden',
    step,
    object: objectName('RoleBinding', found),
    field: 'roleRef.name',
    actual: `${kind} ${name}, which does not exist${kind === 'Role' ? ` in ${namespace}` : ''}`,
    expected: `a Role of ${namespace} with the verbs that the kubernetes plugin needs`,
    fix: roleYaml(namespace, name, dynamicVolumes),
    confidence: 'certain',
  };
}

/** Bound, but the Role does not permit enough: one finding for each code. */
function incompleteRole(
  facts: AgentClusterFacts,
  account: Account,
  own: readonly RoleBinding[],
  missing: readonly Need[],
): readonly Finding[] {
  const { namespace, roles = [], clusterRoles = [], dynamicVolumes } = facts;
  const bindings = [...own].sort((a, b) => grantsPods(b) - grantsPods(a));
  function grantsPods(binding: RoleBinding): number {
    const rules = roleOf(binding, roles, clusterRoles)?.rules ?? [];
    return rules.some(({ resources = [] }) => resources.some((each) => each.startsWith('pods'))) ? 1 : 0;
  }
  const { kind = 'Role', name = '?' } = bindings[0]?.roleRef ?? {};
  const rules = (bindings[0] && roleOf(bindings[0], roles, clusterRoles)?.rules) ?? [];
  return [...new Set(missing.map(({ code }) => code))].map((code) => {
    const lacks = missing.filter((need) => need.code === code);
    const resource = lacks[0]?.resource ?? 'pods';
    const index = rules.findIndex(({ resources = [] }) => resources.includes(resource));
    return {
      code,
      step,
      object: kind === 'ClusterRole' ? `ClusterRole ${name}` : `Role ${namespace}/${name}`,
      field: index < 0 ? 'rules' : `rules[${index}].verbs`,
      actual:
        index < 0 ? `no rule for ${resource}` : `${resource}: ${(rules[index]?.verbs ?? []).join(', ')}`,
      expected: `${userOf(account)} may also ${describeNeeds(lacks)}`,
      fix: roleYaml(namespace, name, dynamicVolumes),
      confidence: 'certain',
    };
  });
}

function describeNeeds(needs: readonly Need[]): string {
  const byResource = new Map<string, string[]>();
  for (const { resource, verb } of needs)
    byResource.set(resource, [...(byResource.get(resource) ?? []), verb]);
  return [...byResource].map(([resource, verbs]) => `${verbs.join(', ')} ${resource}`).join('; ');
}

function describeSubjects({ subjects = [] }: RoleBinding): string {
  const each = subjects.map(({ kind, namespace, name }) =>
    namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`,
  );
  return each.length === 0 ? 'none' : each.join(', ');
}
