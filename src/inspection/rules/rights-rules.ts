import type { Account, AgentClusterFacts } from '../cluster-facts.ts';
import { objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import type { PolicyRule, RoleBinding } from '../objects/objects.ts';
import {
  bindsAccount,
  type Need,
  needsOf,
  permits,
  roleBindingYaml,
  roleOf,
  roleYaml,
  userOf,
} from '../objects/rbac.ts';

export const RIGHTS_RULES: readonly InspectionRule<AgentClusterFacts>[] = [
  {
    name: 'account-may',
    step: 'k8s-rbac',
    holds: "Jenkins' account may do what the kubernetes plugin does",
    needs: ['roles', 'roleBindings'],
    codes: ['rbac-pods-forbidden', 'rbac-events-forbidden', 'rbac-secrets-forbidden', 'rbac-pvc-forbidden'],
    find: accountMay,
    undecided: { fact: 'clusterRoles', why: unreadRole },
  },
];

/** What a Role is called that a fix makes. */
const OWN_ROLE = 'jenkins';

/**
 * The account may do everything that the kubernetes plugin does. What the API server answers counts; where it was not
 * asked, what the Roles say. The bindings and Roles then tell which object is wrong.
 */
function accountMay(facts: AgentClusterFacts): readonly WrongField[] {
  const { account } = facts;
  if (account === null || unreadRole(facts) !== null) return [];
  const missing = missingOf(facts, account);
  if (missing.length === 0) return [];
  const own = (facts.roleBindings ?? []).filter((binding) => bindsAccount(binding, account));
  if (own.length === 0) return [unbound(facts, account, missing)];
  const dangling = danglingRole(facts, own);
  if (dangling !== null) return [dangling];
  return incompleteRole(facts, account, own, missing);
}

/** Where the API server was not asked, a ClusterRole that may not be read leaves open what the account may do. */
function unreadRole(facts: AgentClusterFacts): string | null {
  const { account, access, clusterRoles, roleBindings = [] } = facts;
  if (account === null || access !== undefined || clusterRoles !== undefined) return null;
  const bound = roleBindings.find(
    (binding) => binding.roleRef?.kind === 'ClusterRole' && bindsAccount(binding, account),
  );
  return bound === undefined ? null : `what ClusterRole ${bound.roleRef?.name} permits is not known`;
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
function unbound(facts: AgentClusterFacts, account: Account, missing: readonly Need[]): WrongField {
  const { namespace, roles = [], roleBindings = [], otherRoleBindings = [], dynamicVolumes } = facts;
  const code = missing[0]?.code ?? 'rbac-pods-forbidden';
  const roleName = roles.find(({ rules = [] }) => permits(rules, { resource: 'pods', verb: 'create' }))
    ?.metadata?.name;
  const refersHere = (binding: RoleBinding) =>
    binding.roleRef?.kind === 'Role' && binding.roleRef.name === roleName && roleName !== undefined;
  // Where the Role is here, a binding to another one elsewhere is somebody's right there.
  const meant = (binding: RoleBinding) =>
    roleName === undefined ? binding.roleRef?.kind === 'Role' : refersHere(binding);
  const elsewhere =
    otherRoleBindings.find((binding) => meant(binding) && bindsAccount(binding, account)) ??
    otherRoleBindings.find(refersHere);
  const role = roleName ?? elsewhere?.roleRef?.name ?? OWN_ROLE;
  const apply = [
    ...(roleName === undefined ? [roleYaml(namespace, role, dynamicVolumes), '---'] : []),
    roleBindingYaml(namespace, role, account),
  ].join('\n');

  // Right namespace, wrong subject.
  const near = roleBindings.find(refersHere);
  if (near !== undefined) {
    return {
      code,
      object: objectName('RoleBinding', near),
      ...wrongSubject(near, account),
      fix: apply,
      confidence: 'certain',
    };
  }
  if (elsewhere !== undefined) {
    const { namespace: wrong = '?', name = '?' } = elsewhere.metadata ?? {};
    return {
      code,
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
    object: `RoleBinding ${namespace}/${role}`,
    field: 'subjects',
    actual: `no RoleBinding in ${namespace} names ${userOf(account)}`,
    expected: `ServiceAccount ${account.namespace}/${account.name}`,
    fix: apply,
    confidence: 'certain',
  };
}

/** Which subject was meant to be the account: one of its name, but of another namespace or kind. */
function wrongSubject(
  binding: RoleBinding,
  account: Account,
): Pick<WrongField, 'field' | 'actual' | 'expected'> {
  const named = [...(binding.subjects ?? []).entries()].filter(([, { name }]) => name === account.name);
  const [found] = [...named].sort(
    ([, a], [, b]) => Number(b.kind === 'ServiceAccount') - Number(a.kind === 'ServiceAccount'),
  );
  if (found === undefined) {
    const expected = `ServiceAccount ${account.namespace}/${account.name}`;
    return { field: 'subjects', actual: describeSubjects(binding), expected };
  }
  const [index, { kind, namespace }] = found;
  return kind === 'ServiceAccount'
    ? { field: `subjects[${index}].namespace`, actual: String(namespace), expected: account.namespace }
    : { field: `subjects[${index}].kind`, actual: String(kind), expected: 'ServiceAccount' };
}

/** A binding that refers to a Role that this namespace does not have. */
function danglingRole(facts: AgentClusterFacts, own: readonly RoleBinding[]): WrongField | null {
  const { namespace, roles, clusterRoles, dynamicVolumes } = facts;
  const found = own.find((binding) => {
    const among = binding.roleRef?.kind === 'ClusterRole' ? clusterRoles : roles;
    return among !== undefined && roleOf(binding, roles ?? [], clusterRoles ?? []) === null;
  });
  if (found === undefined) return null;
  const { kind = 'Role', name = '?' } = found.roleRef ?? {};
  return {
    code: 'rbac-pods-forbidden',
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
): readonly WrongField[] {
  const { namespace, roles = [], clusterRoles = [], dynamicVolumes } = facts;
  const bindings = [...own].sort((a, b) => grantsPods(b) - grantsPods(a));
  function grantsPods(binding: RoleBinding): number {
    const rules = roleOf(binding, roles, clusterRoles)?.rules ?? [];
    return rules.some(({ resources = [] }) => resources.some((each) => each.startsWith('pods'))) ? 1 : 0;
  }
  const { kind = 'Role', name = '?' } = bindings[0]?.roleRef ?? {};
  const rules = (bindings[0] && roleOf(bindings[0], roles, clusterRoles)?.rules) ?? [];
  // A ClusterRole is others' as well: a Role of its own leaves it as it is.
  const fix =
    kind === 'ClusterRole'
      ? `${roleYaml(namespace, OWN_ROLE, dynamicVolumes)}\n---\n${roleBindingYaml(namespace, OWN_ROLE, account)}`
      : roleYaml(namespace, name, dynamicVolumes);
  return [...new Set(missing.map(({ code }) => code))].map((code) => {
    const lacks = missing.filter((need) => need.code === code);
    return {
      code,
      object: kind === 'ClusterRole' ? `ClusterRole ${name}` : `Role ${namespace}/${name}`,
      ...wrongRule(rules, lacks[0]?.resource ?? 'pods'),
      expected: `${userOf(account)} may also ${describeNeeds(lacks)}`,
      fix,
      confidence: 'certain',
    };
  });
}

/** Which part of a rule for a resource is too narrow. */
function wrongRule(rules: readonly PolicyRule[], resource: string): Pick<WrongField, 'field' | 'actual'> {
  const index = rules.findIndex(
    ({ resources = [] }) => resources.includes(resource) || resources.includes('*'),
  );
  const { apiGroups = [], resourceNames = [], verbs = [] } = rules[index] ?? {};
  if (index < 0) return { field: 'rules', actual: `no rule for ${resource}` };
  if (!apiGroups.includes('') && !apiGroups.includes('*')) {
    return { field: `rules[${index}].apiGroups`, actual: apiGroups.join(', ') };
  }
  if (resourceNames.length > 0) {
    return { field: `rules[${index}].resourceNames`, actual: resourceNames.join(', ') };
  }
  return { field: `rules[${index}].verbs`, actual: `${resource}: ${verbs.join(', ')}` };
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
