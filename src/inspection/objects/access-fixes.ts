import type { Account, AgentClusterFacts } from '../cluster-facts.ts';
import { freeName, jsonPatch } from '../finding.ts';
import type { RoleBinding, RoleObject } from './objects.ts';
import { type Need, needsOf, permits, rulesOf } from './rbac.ts';

/*
 * Fixes for missing rights. Nothing here replaces an object that exists: what a Role or RoleBinding permits already stays.
 */

/** YAML that binds the account to a Role, and makes the Role where it permits no pods. Replaces nothing that is there. */
export function bindRole(facts: AgentClusterFacts, account: Account, wanted: string): string {
  const { namespace, roles = [], roleBindings = [], dynamicVolumes } = facts;
  const there = roles.find(({ metadata }) => metadata?.name === wanted);
  const usable = permits(there?.rules ?? [], { resource: 'pods', verb: 'create' });
  const role = usable ? wanted : freeName(wanted, roles);
  const binding = roleBindingYaml(namespace, freeName(role, roleBindings), role, account);
  return usable ? binding : [roleYaml(namespace, role, dynamicVolumes), '---', binding].join('\n');
}

/** The command that adds the account to a binding; the other subjects keep their rights. */
export function addSubject(binding: RoleBinding, { namespace, name }: Account): string {
  const subject = { kind: 'ServiceAccount', name, namespace };
  const none = (binding.subjects ?? []).length === 0;
  return jsonPatch('RoleBinding', binding, [
    none
      ? { op: 'add', path: '/subjects', value: [subject] }
      : { op: 'add', path: '/subjects/-', value: subject },
  ]);
}

/**
 * The command that adds rules to a Role; all that it permits already stays.
 * @param missing all that it lacks: a Role without rules takes them at once, so that one command does not undo another
 */
export function addRules(role: RoleObject, needs: readonly Need[], missing: readonly Need[]): string {
  if ((role.rules ?? []).length === 0) {
    return jsonPatch('Role', role, [{ op: 'add', path: '/rules', value: rulesOf(missing) }]);
  }
  return jsonPatch(
    'Role',
    role,
    rulesOf(needs).map((value) => ({ op: 'add', path: '/rules/-', value })),
  );
}

/** A new Role with all that the plugin needs, as YAML to apply. */
export function roleYaml(namespace: string, name: string, dynamicVolumes: boolean): string {
  const rules = rulesOf(needsOf(dynamicVolumes)).map(
    ({ resources, verbs }) =>
      `  - { apiGroups: [""], resources: [${resources.join(', ')}], verbs: [${verbs.join(', ')}] }`,
  );
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: Role',
    `metadata: { name: ${name}, namespace: ${namespace} }`,
    'rules:',
    ...rules,
  ].join('\n');
}

/** A new RoleBinding that gives a Role of a namespace to an account, as YAML to apply. */
function roleBindingYaml(namespace: string, name: string, role: string, account: Account): string {
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: RoleBinding',
    `metadata: { name: ${name}, namespace: ${namespace} }`,
    `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${role} }`,
    'subjects:',
    `  - { kind: ServiceAccount, name: ${account.name}, namespace: ${account.namespace} }`,
  ].join('\n');
}
