import { DISCOVERY_SOURCES, type KubernetesSettings } from '../config/kubernetes-settings.ts';
import type { Feature } from './features.ts';

/** Which cluster we run in: that of the agents, or that of the controller. Both may be the same. */
export const ROLES = ['agent-cluster', 'controller-cluster'] as const;
export type Role = (typeof ROLES)[number];

/** One right, and what for. */
export interface Permission {
  readonly feature: Feature;
  readonly roles: readonly Role[];
  /** Empty: the core group. */
  readonly apiGroup: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  /** `watched`: in every namespace that is looked at; `own`: in that of the probe (or of the Lease). */
  readonly namespace: 'watched' | 'own';
  /** Whether the Role may be limited to the name that the configuration gives. */
  readonly named: boolean;
  /** What switches it on. */
  readonly setting: string;
  /** What is done with it. */
  readonly use: string;
}

/** Every right that is ever used: the one source of the documentation and of the chart's Roles. */
export const PERMISSIONS: readonly Permission[] = [
  {
    feature: 'discover-pods',
    roles: ['agent-cluster'],
    apiGroup: '',
    resource: 'pods',
    verbs: ['list', 'watch'],
    namespace: 'watched',
    named: false,
    setting: 'kubernetes.discovery with source pods',
    use: 'reads how agents connect from their pods',
  },
  {
    feature: 'discover-services',
    roles: ['agent-cluster', 'controller-cluster'],
    apiGroup: '',
    resource: 'services',
    verbs: ['list', 'watch'],
    namespace: 'watched',
    named: false,
    setting: 'kubernetes.discovery with source services',
    use: 'reads annotations of Services',
  },
  {
    feature: 'discover-ingresses',
    roles: ['agent-cluster', 'controller-cluster'],
    apiGroup: 'networking.k8s.io',
    resource: 'ingresses',
    verbs: ['list', 'watch'],
    namespace: 'watched',
    named: false,
    setting: 'kubernetes.discovery with source ingresses',
    use: 'reads annotations of Ingresses',
  },
  {
    feature: 'lease',
    roles: ['agent-cluster', 'controller-cluster'],
    apiGroup: 'coordination.k8s.io',
    resource: 'leases',
    verbs: ['create'],
    namespace: 'own',
    named: false,
    setting: 'kubernetes.lease with mode leader',
    use: 'creates the Lease where there is none yet',
  },
  {
    feature: 'lease',
    roles: ['agent-cluster', 'controller-cluster'],
    apiGroup: 'coordination.k8s.io',
    resource: 'leases',
    verbs: ['get', 'list', 'watch', 'update'],
    namespace: 'own',
    named: true,
    setting: 'kubernetes.lease with mode leader',
    use: 'claims and renews the Lease, publishes the verdicts on it and follows those of the leader',
  },
  {
    feature: 'events',
    roles: ['agent-cluster', 'controller-cluster'],
    apiGroup: '',
    resource: 'events',
    verbs: ['create', 'patch'],
    namespace: 'own',
    named: false,
    setting: 'kubernetes.events',
    use: "writes Events on the probe's own pod",
  },
  {
    feature: 'events',
    roles: ['agent-cluster', 'controller-cluster'],
    apiGroup: '',
    resource: 'events',
    verbs: ['create', 'patch'],
    namespace: 'watched',
    named: false,
    setting: 'kubernetes.events and kubernetes.discovery with source services',
    use: 'writes Events on annotated Services',
  },
];

/** A rule of a Role, as Kubernetes has it. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** The rules of one Role. */
export interface RoleRules {
  /** null: the namespace of the probe, or of the Lease. */
  readonly namespaces: readonly string[] | null;
  readonly rules: readonly PolicyRule[];
}

/** The Roles that these settings need, and not one verb more. */
export function rolesFor(settings: KubernetesSettings): readonly RoleRules[] {
  const needed = PERMISSIONS.filter((permission) => isUsed(permission, settings));
  const rulesIn = (namespace: Permission['namespace']) =>
    needed.filter((each) => each.namespace === namespace).map((each) => ruleOf(each, settings));
  const roles = [
    { namespaces: settings.discovery?.namespaces ?? null, rules: rulesIn('watched') },
    { namespaces: settings.lease?.namespace ? [settings.lease.namespace] : null, rules: rulesIn('own') },
  ];
  return roles.filter(({ rules }) => rules.length > 0);
}

function isUsed({ feature, namespace }: Permission, { discovery, lease, events }: KubernetesSettings) {
  const sources: readonly string[] = discovery?.sources ?? [];
  if (feature === 'lease') return lease?.mode === 'leader';
  if (feature === 'events') return events && (namespace === 'own' || sources.includes('services'));
  return DISCOVERY_SOURCES.some((source) => feature === `discover-${source}` && sources.includes(source));
}

function ruleOf({ apiGroup, resource, verbs, named }: Permission, { lease }: KubernetesSettings): PolicyRule {
  const rule = { apiGroups: [apiGroup], resources: [resource], verbs };
  return named && lease !== null ? { ...rule, resourceNames: [lease.name] } : rule;
}
