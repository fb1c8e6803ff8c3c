import type { Code } from '../../catalogue/codes.ts';
import type { Account } from '../cluster-facts.ts';
import type { PolicyRule, RoleBinding, RoleObject } from './objects.ts';

/** One thing that Jenkins has to be allowed to do in the namespace of its agents. */
export interface Need {
  /** `pods`, `pods/exec`. */
  readonly resource: string;
  readonly verb: string;
  readonly code: Code;
}

const ALL = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

/** The rules of the kubernetes plugin's own `service-account.yml`, all in the core group. */
const PLUGIN_RULES: readonly Required<Pick<PolicyRule, 'resources' | 'verbs'>>[] = [
  { resources: ['pods', 'pods/exec'], verbs: ALL },
  { resources: ['pods/log'], verbs: ['get', 'list', 'watch'] },
  { resources: ['events'], verbs: ['watch'] },
  { resources: ['secrets'], verbs: ['get'] },
];

const VOLUME_RULES = [{ resources: ['persistentvolumeclaims'], verbs: ['create', 'delete'] }];

/** Everything that Jenkins needs; with dynamic volumes also their claims. */
export function needsOf(dynamicVolumes: boolean): readonly Need[] {
  return rulesFor(dynamicVolumes).flatMap(({ resources, verbs }) =>
    resources.flatMap((resource) => verbs.map((verb) => ({ resource, verb, code: codeOf(resource) }))),
  );
}

function codeOf(resource: string): Code {
  switch (resource) {
    case 'events':
      return 'rbac-events-forbidden';
    case 'secrets':
      return 'rbac-secrets-forbidden';
    case 'persistentvolumeclaims':
      return 'rbac-pvc-forbidden';
    default:
      return 'rbac-pods-forbidden';
  }
}

function rulesFor(dynamicVolumes: boolean): typeof PLUGIN_RULES {
  return dynamicVolumes ? [...PLUGIN_RULES, ...VOLUME_RULES] : PLUGIN_RULES;
}

/** Whether RBAC rules permit a verb on a resource of the core group, on objects of any name. */
export function permits(rules: readonly PolicyRule[], { resource, verb }: Omit<Need, 'code'>): boolean {
  const sub = resource.includes('/') ? `*/${resource.split('/')[1]}` : null;
  return rules.some(
    ({ apiGroups = [], resources = [], resourceNames = [], verbs = [] }) =>
      resourceNames.length === 0 &&
      (apiGroups.includes('') || apiGroups.includes('*')) &&
      resources.some((each) => each === resource || each === '*' || each === sub) &&
      (verbs.includes(verb) || verbs.includes('*')),
  );
}

/** Whether a binding's subjects take in an account: by name, or by a group that it is in. */
export function bindsAccount(binding: RoleBinding, account: Account): boolean {
  return (binding.subjects ?? []).some(({ kind, name, namespace }) => {
    if (kind === 'ServiceAccount')
      return name === account.name && (namespace ?? binding.metadata?.namespace) === account.namespace;
    if (kind === 'User') return name === userOf(account);
    return kind === 'Group' && groupsOf(account).includes(name ?? '');
  });
}

/** The user name of an account. */
export function userOf({ namespace, name }: Account): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/** The groups of an account; a review that leaves them out answers for somebody else. */
export function groupsOf({ namespace }: Account): readonly string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
}

/** The Role that a binding refers to, among those that were read; null where it does not exist. */
export function roleOf(
  binding: RoleBinding,
  roles: readonly RoleObject[],
  clusterRoles: readonly RoleObject[],
): RoleObject | null {
  const { kind, name } = binding.roleRef ?? {};
  const among = kind === 'ClusterRole' ? clusterRoles : roles;
  return among.find(({ metadata }) => metadata?.name === name) ?? null;
}

/** The Role that the plugin needs, as YAML to apply. */
export function roleYaml(namespace: string, name: string, dynamicVolumes: boolean): string {
  const rules = rulesFor(dynamicVolumes).map(
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

/** The RoleBinding that gives a Role of a namespace to an account, as YAML to apply. */
export function roleBindingYaml(namespace: string, role: string, account: Account): string {
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: RoleBinding',
    `metadata: { name: ${role}, namespace: ${namespace} }`,
    `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${role} }`,
    'subjects:',
    `  - { kind: ServiceAccount, name: ${account.name}, namespace: ${account.namespace} }`,
  ].join('\n');
}
