import type { Code } from '../../catalogue/codes.ts';
import type { Confidence } from '../../catalogue/entry.ts';
import type { Account } from '../cluster-facts.ts';
import type { PolicyRule, RoleBinding, RoleObject } from './objects.ts';

/** One thing that Jenkins has to be allowed to do in the namespace of its agents. */
export interface Need {
  /** `pods`, `pods/exec`. */
  readonly resource: string;
  readonly verb: string;
  readonly code: Code;
  /** `certain`: no agent starts without it. `possible`: only some pipelines or settings use it. */
  readonly confidence: Confidence;
}

interface NeededRule {
  readonly resource: string;
  readonly verbs: readonly string[];
  readonly code: Code;
  readonly confidence: Confidence;
}

const PODS: Pick<NeededRule, 'code' | 'confidence'> = { code: 'rbac-pods-forbidden', confidence: 'certain' };
const SOME_PODS = { ...PODS, confidence: 'possible' } as const;

/**
 * The rights that the kubernetes plugin needs, all in the core group. `KubernetesLauncher`, `KubernetesSlave` and
 * `Reaper` need the first rule. `patch` marks pods for garbage collection. `pods/exec` runs the steps of `container`.
 * `pods/log` shows why a container failed. Without `events`, the build log lacks the reason.
 */
const NEEDED: readonly NeededRule[] = [
  { resource: 'pods', verbs: ['create', 'delete', 'get', 'list', 'watch'], ...PODS },
  { resource: 'pods', verbs: ['patch'], ...SOME_PODS },
  { resource: 'pods/exec', verbs: ['create', 'get'], ...SOME_PODS },
  { resource: 'pods/log', verbs: ['get'], ...SOME_PODS },
  { resource: 'events', verbs: ['watch'], code: 'rbac-events-forbidden', confidence: 'possible' },
];

/** Of dynamic volumes: `DynamicPVC` makes the claim; the pod owns it, so Kubernetes deletes it. */
const NEEDED_BY_VOLUMES: readonly NeededRule[] = [
  {
    resource: 'persistentvolumeclaims',
    verbs: ['create'],
    code: 'rbac-pvc-forbidden',
    confidence: 'certain',
  },
];

/** Everything that Jenkins needs; with dynamic volumes also their claims. */
export function needsOf(dynamicVolumes: boolean): readonly Need[] {
  return [...NEEDED, ...(dynamicVolumes ? NEEDED_BY_VOLUMES : [])].flatMap(({ verbs, ...need }) =>
    verbs.map((verb) => ({ ...need, verb })),
  );
}

/** RBAC rules that permit what is needed, one for each resource. */
export function rulesOf(
  needs: readonly Need[],
): readonly Required<Pick<PolicyRule, 'apiGroups' | 'resources' | 'verbs'>>[] {
  return [...Map.groupBy(needs, ({ resource }) => resource)].map(([resource, of]) => ({
    apiGroups: [''],
    resources: [resource],
    verbs: of.map(({ verb }) => verb),
  }));
}

/** Returns true if RBAC rules permit a verb on a resource of the core group, for objects of any name. */
export function permits(
  rules: readonly PolicyRule[],
  { resource, verb }: Pick<Need, 'resource' | 'verb'>,
): boolean {
  const sub = resource.includes('/') ? `*/${resource.split('/')[1]}` : null;
  return rules.some(
    ({ apiGroups = [], resources = [], resourceNames = [], verbs = [] }) =>
      resourceNames.length === 0 &&
      (apiGroups.includes('') || apiGroups.includes('*')) &&
      resources.some((each) => each === resource || each === '*' || each === sub) &&
      (verbs.includes(verb) || verbs.includes('*')),
  );
}

/** Returns true if the subjects of a binding include an account, by its name or by one of its groups. */
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

/** Returns the groups of an account. An access review without them answers for a different subject. */
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
