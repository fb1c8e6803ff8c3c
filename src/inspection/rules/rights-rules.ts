import { CONFIDENCES } from '../../catalogue/entry.ts';
import type { Account, AgentClusterFacts } from '../cluster-facts.ts';
import { objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { addRules, addSubject, bindRole, roleYaml } from '../objects/access-fixes.ts';
import type { PolicyRule, RoleBinding } from '../objects/objects.ts';
import { bindsAccount, type Need, needsOf, permits, roleOf, userOf } from '../objects/rbac.ts';

export const RIGHTS_RULES: readonly InspectionRule<AgentClusterFacts>[] = [
  {
    name: 'account-may',
    step: 'k8s-rbac',
    holds: 'the Jenkins service account has the rights that the kubernetes plugin needs',
    needs: ['roles', 'roleBindings'],
    codes: ['rbac-pods-forbidden', 'rbac-events-forbidden', 'rbac-pvc-forbidden'],
    find: accountMay,
    undecided: { fact: 'clusterRoles', why: unreadRole },
  },
];

/** The name of a Role that a fix creates. */
const OWN_ROLE = 'jenkins';

/**
 * Finds rights that the kubernetes plugin needs and that the account lacks. The answers of the API server decide;
 * without them, the Roles decide. The bindings and Roles then show which object is wrong.
 */
function accountMay(facts: AgentClusterFacts): readonly WrongField[] {
  const { account } = facts;
  if (account === null || unreadRole(facts) !== null) return [];
  const missing = missingOf(facts, account);
  if (missing.length === 0) return [];
  const own = (facts.roleBindings ?? []).filter((binding) => bindsAccount(binding, account));
  if (own.length === 0) return [unbound(facts, account, missing)];
  const dangling = danglingRole(facts, account, own, missing);
  if (dangling !== null) return [dangling];
  return incompleteRole(facts, account, own, missing);
}

/**
 * Returns why the rights of the account are undecided; null if they are decided. The reason is a ClusterRole that may
 * not be read, while answers of the API server are missing.
 */
function unreadRole(facts: AgentClusterFacts): string | null {
  const { account, access, clusterRoles, roleBindings = [] } = facts;
  if (account === null || access !== undefined || clusterRoles !== undefined) return null;
  const bound = roleBindings.find(
    (binding) => binding.roleRef?.kind === 'ClusterRole' && bindsAccount(binding, account),
  );
  return bound === undefined ? null : `what ClusterRole ${bound.roleRef?.name} permits is not known`;
}

/** The missing rights, the certain ones first. ClusterRoleBindings are not read, so only the API server is certain. */
function missingOf(facts: AgentClusterFacts, account: Account): readonly Need[] {
  const { access, roleBindings = [], roles = [], clusterRoles = [] } = facts;
  const needs = [...needsOf(facts.dynamicVolumes)].sort(
    (a, b) => CONFIDENCES.indexOf(a.confidence) - CONFIDENCES.indexOf(b.confidence),
  );
  if (access !== undefined) {
    return needs.filter(({ resource, verb }) =>
      access.some((each) => each.resource === resource && each.verb === verb && !each.allowed),
    );
  }
  const rules = roleBindings
    .filter((binding) => bindsAccount(binding, account))
    .flatMap((binding) => roleOf(binding, roles, clusterRoles)?.rules ?? []);
  return needs
    .filter((need) => !permits(rules, need))
    .map((need) => (need.confidence === 'certain' ? { ...need, confidence: 'likely' } : need));
}

/** The codes of the missing rights, the worst first. */
function worst([first]: readonly Need[]): Pick<WrongField, 'code' | 'confidence'> {
  return { code: first?.code ?? 'rbac-pods-forbidden', confidence: first?.confidence ?? 'likely' };
}

/** No binding of this namespace takes in the account: which one was meant to? */
function unbound(facts: AgentClusterFacts, account: Account, missing: readonly Need[]): WrongField {
  const { namespace, roles = [], roleBindings = [], otherRoleBindings = [] } = facts;
  const roleName = roles.find(({ rules = [] }) => permits(rules, { resource: 'pods', verb: 'create' }))
    ?.metadata?.name;
  const refersHere = (binding: RoleBinding) =>
    binding.roleRef?.kind === 'Role' && binding.roleRef.name === roleName && roleName !== undefined;
  // If the Role is in this namespace, a binding to another Role elsewhere grants rights only there.
  const meant = (binding: RoleBinding) =>
    roleName === undefined ? binding.roleRef?.kind === 'Role' : refersHere(binding);
  const elsewhere =
    otherRoleBindings.find((binding) => meant(binding) && bindsAccount(binding, account)) ??
    otherRoleBindings.find(refersHere);

  // Right namespace, wrong subject.
  const near = roleBindings.find(refersHere);
  if (near !== undefined) {
    return {
      ...worst(missing),
      object: objectName('RoleBinding', near),
      ...wrongSubject(near, account),
      fix: addSubject(near, account),
    };
  }
  const fix = bindRole(facts, account, roleName ?? elsewhere?.roleRef?.name ?? OWN_ROLE);
  if (elsewhere !== undefined) {
    return {
      ...worst(missing),
      object: objectName('RoleBinding', elsewhere),
      field: 'metadata.namespace',
      actual: elsewhere.metadata?.namespace ?? '?',
      expected: `${namespace}: a RoleBinding counts only in the namespace of its Role and of the agent pods`,
      fix,
    };
  }
  return {
    ...worst(missing),
    object: `RoleBinding ${namespace}/${roleName ?? OWN_ROLE}`,
    field: 'subjects',
    actual: `no RoleBinding in ${namespace} names ${userOf(account)}`,
    expected: `ServiceAccount ${account.namespace}/${account.name}`,
    fix,
  };
}

/** Returns the subject that was meant to be the account: one of its name, but of another namespace or kind. */
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
function danglingRole(
  facts: AgentClusterFacts,
  account: Account,
  own: readonly RoleBinding[],
  missing: readonly Need[],
): WrongField | null {
  const { namespace, roles, clusterRoles, dynamicVolumes } = facts;
  const found = own.find((binding) => {
    const among = binding.roleRef?.kind === 'ClusterRole' ? clusterRoles : roles;
    return among !== undefined && roleOf(binding, roles ?? [], clusterRoles ?? []) === null;
  });
  if (found === undefined) return null;
  const { kind = 'Role', name = '?' } = found.roleRef ?? {};
  return {
    ...worst(missing),
    object: objectName('RoleBinding', found),
    field: 'roleRef.name',
    actual: `${kind} ${name}, which does not exist${kind === 'Role' ? ` in ${namespace}` : ''}`,
    expected: `a Role of ${namespace} with the verbs that the kubernetes plugin needs`,
    fix: kind === 'Role' ? roleYaml(namespace, name, dynamicVolumes) : bindRole(facts, account, OWN_ROLE),
  };
}

/** Bound, but the Role does not permit enough: one finding for each code, and one for what only some agents need. */
function incompleteRole(
  facts: AgentClusterFacts,
  account: Account,
  own: readonly RoleBinding[],
  missing: readonly Need[],
): readonly WrongField[] {
  const { roles = [], clusterRoles = [] } = facts;
  const [binding] = [...own].sort((a, b) => grantsPods(b) - grantsPods(a));
  function grantsPods(binding: RoleBinding): number {
    const rules = roleOf(binding, roles, clusterRoles)?.rules ?? [];
    return rules.some(({ resources = [] }) => resources.some((each) => each.startsWith('pods'))) ? 1 : 0;
  }
  const role = binding === undefined ? null : roleOf(binding, roles, clusterRoles);
  const kind = binding?.roleRef?.kind ?? 'Role';
  const rules = role?.rules ?? [];
  const groups = Map.groupBy(missing, ({ code, confidence }) => `${code} ${confidence}`);
  return [...groups.values()].map((lacks) => ({
    ...worst(lacks),
    object: objectName(kind, role ?? { metadata: { name: binding?.roleRef?.name ?? '?' } }),
    ...wrongRule(rules, lacks[0]?.resource ?? 'pods'),
    expected: `${userOf(account)} may also ${describeNeeds(lacks)}`,
    // A ClusterRole is others' as well: a Role of its own leaves it as it is.
    fix:
      kind === 'ClusterRole' || role === null
        ? bindRole(facts, account, OWN_ROLE)
        : addRules(role, lacks, missing),
  }));
}

/** Returns the part of a rule for a resource that is too narrow. */
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
