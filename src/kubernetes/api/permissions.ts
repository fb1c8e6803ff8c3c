import type { DiscoverySource } from '../../config/kubernetes-schema.ts';
import type { KubernetesSettings } from '../../config/kubernetes-settings.ts';
import { ISTIO_NETWORKING } from '../../inspection/objects/mesh-egress.ts';
import { ROUTE_READERS } from '../../inspection/routes/all-readers.ts';
import type { ExposureName } from '../../model/exposures.ts';
import type { Feature } from '../../model/kubernetes-features.ts';
import { CLUSTER_SIDES, type ClusterSide } from '../../report/cluster-section.ts';
import { namespacesOf, type Place } from './permission-places.ts';

/** One right, and what for. */
export interface Permission {
  readonly feature: Feature;
  /** The cluster that we run in: the agents' or the controller's. Both may be the same. */
  readonly roles: readonly ClusterSide[];
  /** Empty: the core group. */
  readonly apiGroup: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  /** The namespaces. The right is only needed if the settings result in at least one. */
  readonly place: Place;
  /** True if the Role may be limited to the name in the configuration. */
  readonly named: boolean;
  /** The API that it belongs to if the setting `exposures` decides; otherwise null. */
  readonly exposure: ExposureName | null;
  /** The setting that enables it. */
  readonly setting: string;
  /** The purpose of the right. */
  readonly use: string;
}

const BOTH: Permission['roles'] = CLUSTER_SIDES;
const AGENTS: Permission['roles'] = ['agent-cluster'];
const CONTROLLERS: Permission['roles'] = ['controller-cluster'];
const RBAC = 'rbac.authorization.k8s.io';
const NETWORKING = 'networking.k8s.io';

type Row = readonly [resource: string, verbs: readonly string[], use: string];

/** Rights that differ only in their resource. */
function rights(
  common: Omit<Permission, 'resource' | 'verbs' | 'use' | 'named' | 'exposure'> &
    Partial<Pick<Permission, 'named' | 'exposure'>>,
  rows: readonly Row[],
): Permission[] {
  return rows.map(([resource, verbs, use]) => ({
    named: false,
    exposure: null,
    ...common,
    resource,
    verbs,
    use,
  }));
}

/** The right to watch what controllers are discovered from. */
function discovery(
  source: DiscoverySource,
  roles: Permission['roles'],
  apiGroup: string,
  use: string,
): Permission {
  const setting = `kubernetes.discovery with source ${source}`;
  const feature = `discover-${source}` as const;
  return {
    ...{ feature, roles, apiGroup, resource: source, verbs: WATCHED },
    ...{ place: feature, named: false, exposure: null, setting, use },
  };
}

const LIST = ['list'];
const GET = ['get'];
const WATCHED = ['list', 'watch'];
const WRITTEN = ['create', 'patch'];
const INSPECTED_AGENTS = {
  feature: 'inspect',
  roles: AGENTS,
  setting: 'kubernetes.inspection with agents',
} as const;
const WITH_ACCOUNT = { ...INSPECTED_AGENTS, setting: 'kubernetes.inspection with agents and serviceAccount' };
const INSPECTED_CONTROLLERS = {
  feature: 'inspect',
  roles: CONTROLLERS,
  place: 'controllers',
  setting: 'kubernetes.inspection with controllers',
} as const;
const INGRESS_CONTROLLERS = {
  feature: 'inspect',
  roles: CONTROLLERS,
  place: 'ingress-controllers',
  setting: 'kubernetes.inspection with controllers and ingressNamespaces',
} as const;
const EXPOSED = { setting: 'kubernetes.inspection with controllers and exposures' } as const;
const LEASE = {
  feature: 'lease',
  roles: BOTH,
  apiGroup: 'coordination.k8s.io',
  place: 'lease',
  setting: 'kubernetes.lease with mode leader',
} as const;

/** Every right that is ever used: the one source of the documentation and of the chart's Roles. */
export const PERMISSIONS: readonly Permission[] = [
  discovery('pods', AGENTS, '', 'reads how agents connect from their pods'),
  discovery('services', BOTH, '', 'reads annotations of Services'),
  discovery('ingresses', BOTH, NETWORKING, 'reads annotations of Ingresses'),
  ...rights(LEASE, [['leases', ['create'], 'creates a missing Lease']]),
  ...rights({ ...LEASE, named: true }, [
    [
      'leases',
      ['get', 'list', 'watch', 'update'],
      'claims and renews the Lease, publishes the verdicts on it and follows those of the leader',
    ],
  ]),
  ...rights(
    { feature: 'events', roles: BOTH, apiGroup: '', place: 'own-pod', setting: 'kubernetes.events' },
    [['events', WRITTEN, "writes Events on the probe's own pod"]],
  ),
  ...rights(
    {
      feature: 'events',
      roles: BOTH,
      apiGroup: '',
      place: 'annotated-services',
      setting: 'kubernetes.events and kubernetes.discovery with source services',
    },
    [['events', WRITTEN, 'writes Events on annotated Services']],
  ),
  ...rights({ ...INSPECTED_AGENTS, apiGroup: '', place: 'agents' }, [
    ['namespaces', GET, 'checks whether the namespace of the agents exists'],
    ['resourcequotas', LIST, 'checks whether quotas leave room for agents'],
    ['limitranges', LIST, 'checks whether pods get the resources that a quota requires'],
    ['pods', LIST, 'checks agent pods that wait, crash or have contradictory settings'],
    ['pods/log', GET, 'reads the end of the log of failing agents'],
  ]),
  ...rights({ ...INSPECTED_AGENTS, apiGroup: NETWORKING, place: 'agents' }, [
    ['networkpolicies', LIST, 'finds policies that block connections from agents'],
  ]),
  ...rights({ ...INSPECTED_AGENTS, apiGroup: ISTIO_NETWORKING, place: 'agents' }, [
    ['sidecars', LIST, 'checks whether Istio lets agents connect to the controller'],
    ['serviceentries', LIST, 'the same for a controller outside the mesh'],
  ]),
  ...rights({ ...WITH_ACCOUNT, apiGroup: RBAC, place: 'agents-with-account' }, [
    ['roles', LIST, 'finds the Role that lacks a verb'],
    ['rolebindings', LIST, 'finds the RoleBinding that names the wrong account'],
  ]),
  ...rights({ ...WITH_ACCOUNT, apiGroup: 'authorization.k8s.io', place: 'agents-with-account' }, [
    ['localsubjectaccessreviews', ['create'], 'asks what the account may do; changes nothing'],
  ]),
  ...rights({ ...WITH_ACCOUNT, apiGroup: '', place: 'account' }, [
    ['serviceaccounts', GET, 'checks whether the account exists'],
  ]),
  ...rights({ ...WITH_ACCOUNT, apiGroup: RBAC, place: 'bindings' }, [
    ['rolebindings', LIST, 'finds a RoleBinding in the wrong namespace'],
  ]),
  ...rights(
    {
      ...WITH_ACCOUNT,
      apiGroup: '',
      place: 'account-with-tokens',
      setting: 'kubernetes.inspection with agents and tokens',
    },
    [
      ['secrets', LIST, 'checks whether the account has a token; keeps only names of accounts'],
      ['pods', LIST, 'checks whether the controller itself runs as the account'],
    ],
  ),
  ...rights({ ...INSPECTED_CONTROLLERS, apiGroup: '' }, [
    ['namespaces', GET, "reads the namespace's labels"],
    ['pods', LIST, "finds the controller's pod, its ports and its probes"],
    ['services', LIST, 'checks its Services, load balancers included'],
    ['endpoints', LIST, 'the same on an API server before 1.21, which has no EndpointSlices of version v1'],
  ]),
  ...rights({ ...INSPECTED_CONTROLLERS, apiGroup: 'discovery.k8s.io' }, [
    ['endpointslices', LIST, 'checks whether a Service has a ready endpoint'],
  ]),
  ...rights({ ...INSPECTED_CONTROLLERS, apiGroup: NETWORKING }, [
    ['ingresses', LIST, 'finds redirects, logins and allow-lists that block agents'],
    ['networkpolicies', LIST, 'finds policies that block connections to the controller'],
  ]),
  ...rights({ ...INGRESS_CONTROLLERS, apiGroup: 'apps' }, [
    ['deployments', LIST, "reads the ingress controller's arguments"],
    ['daemonsets', LIST, "reads the ingress controller's arguments"],
  ]),
  ...rights({ ...INGRESS_CONTROLLERS, apiGroup: '' }, [
    ['services', LIST, 'checks whether the ingress controller publishes the agent port'],
    ['pods', LIST, 'finds the Service of the ingress controller'],
    ['configmaps', LIST, 'reads tcp-services'],
  ]),
  ...ROUTE_READERS.flatMap(({ name, resources }) =>
    resources.flatMap(({ group, plural, places, use }) =>
      places.flatMap((place) =>
        rights(
          {
            ...(place === 'controllers' ? INSPECTED_CONTROLLERS : INGRESS_CONTROLLERS),
            ...EXPOSED,
            apiGroup: group,
            exposure: name,
          },
          [[plural, LIST, use]],
        ),
      ),
    ),
  ),
];

/** A rule of a Role, as Kubernetes has it. */
interface GrantedRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** The rules of the Role of one namespace. */
interface RoleRules {
  /** null: that of the probe. */
  readonly namespace: string | null;
  readonly rules: readonly GrantedRule[];
}

/** The minimal Roles for these settings. */
export function rolesFor(settings: KubernetesSettings): readonly RoleRules[] {
  const rules = new Map<string | null, Map<string, GrantedRule>>();
  for (const permission of PERMISSIONS) {
    const rule = ruleOf(permission, settings);
    for (const namespace of namespacesOf(permission, settings)) {
      const found = rules.get(namespace) ?? new Map<string, GrantedRule>();
      rules.set(namespace, found.set(JSON.stringify(rule), rule));
    }
  }
  return [...rules].map(([namespace, found]) => ({ namespace, rules: [...found.values()] }));
}

function ruleOf(
  { apiGroup, resource, verbs, named }: Permission,
  { lease }: KubernetesSettings,
): GrantedRule {
  const rule = { apiGroups: [apiGroup], resources: [resource], verbs };
  return named && lease !== null ? { ...rule, resourceNames: [lease.name] } : rule;
}
