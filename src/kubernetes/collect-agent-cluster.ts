import {
  type AccessAnswer,
  bindsAccount,
  groupsOf,
  needsOf,
  userOf,
} from '../diagnosis/kubernetes/access.ts';
import { agentContainer, statusOf } from '../diagnosis/kubernetes/agent-container.ts';
import type {
  Account,
  AgentClusterFacts,
  ContainerLog,
  LogFinding,
  Missing,
} from '../diagnosis/kubernetes/facts.ts';
import type { Destination } from '../diagnosis/kubernetes/network-policy.ts';
import type {
  KubernetesObject,
  Namespace,
  NetworkPolicy,
  Pod,
  ResourceQuota,
  Role,
  RoleBinding,
  ServiceAccount,
} from '../diagnosis/kubernetes/objects.ts';
import { AGENT_SELECTORS } from './agent-labels.ts';
import type { KubernetesClient } from './client.ts';
import { ClusterReader } from './cluster-reader.ts';

const CORE = '/api/v1';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const NETWORKING = '/apis/networking.k8s.io/v1';
const AUTHORIZATION = '/apis/authorization.k8s.io/v1';
/** Logs are read of so many agents that are in trouble, the newest first. */
const MAX_LOGS = 5;

/** What to look at in a cluster of agents. */
export interface AgentClusterScope {
  /** Where the agent pods are made. */
  readonly namespace: string;
  /** As whom Jenkins makes them; null: not known, and the checks of its rights are left out. */
  readonly account: Account | null;
  readonly dynamicVolumes: boolean;
  /** Namespaces whose RoleBindings are looked at as well, for one that stands in the wrong place; null: all. */
  readonly otherNamespaces: readonly string[] | null;
  /** Whether Secrets are listed, for a token of the account. Needs a right that reads every Secret, so it is off by default. */
  readonly tokens: boolean;
  readonly destinations: readonly Destination[];
  /** Turns the end of an agent's log into codes. */
  readonly readLog: (text: string) => readonly LogFinding[];
}

type Fact = keyof AgentClusterFacts & string;

/** Reads what the rules for a cluster of agents need. Makes about 30 requests, none of which changes anything. */
export async function collectAgentCluster(
  client: KubernetesClient,
  scope: AgentClusterScope,
  signal?: AbortSignal,
): Promise<{ readonly facts: AgentClusterFacts; readonly missing: Missing<AgentClusterFacts> }> {
  const reader = new ClusterReader<Fact>(client, signal);
  const { namespace, account, dynamicVolumes, destinations } = scope;
  const list = <T extends KubernetesObject>(fact: Fact, api: string, resource: string) =>
    reader.list<T>(fact, api, resource, namespace);
  const namespaceObject = await reader.get<Namespace>('namespaceObject', CORE, 'namespaces', null, namespace);
  const roles = await list<Role>('roles', RBAC, 'roles');
  const roleBindings = await list<RoleBinding>('roleBindings', RBAC, 'rolebindings');
  const read = {
    namespaceObject,
    roles,
    roleBindings,
    serviceAccount:
      account === null
        ? reader.leaveOut('serviceAccount', NO_ACCOUNT)
        : await reader.get<ServiceAccount>(
            'serviceAccount',
            CORE,
            'serviceaccounts',
            account.namespace,
            account.name,
          ),
    accountsWithToken: await tokensOf(reader, scope),
    clusterRoles: await clusterRolesOf(reader, account, roleBindings ?? []),
    otherRoleBindings: await bindingsElsewhere(reader, scope),
    access: account === null ? undefined : await accessOf(reader, namespace, account, dynamicVolumes),
    quotas: await list<ResourceQuota>('quotas', CORE, 'resourcequotas'),
    networkPolicies: await list<NetworkPolicy>('networkPolicies', NETWORKING, 'networkpolicies'),
    agentPods: await agentPodsOf(reader, namespace),
  };
  const logs = await logsOf(reader, namespace, read.agentPods ?? [], scope.readLog);
  const known = Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
  return {
    facts: { namespace, account, dynamicVolumes, destinations, logs, ...known },
    missing: reader.missing,
  };
}

const NO_ACCOUNT = 'the account that Jenkins uses is not known';

/** Agent pods of a namespace, each once. */
export async function agentPodsOf<Fact extends string>(
  reader: ClusterReader<Fact | 'agentPods'>,
  namespace: string,
): Promise<readonly Pod[] | undefined> {
  const found = new Map<string, Pod>();
  for (const selector of AGENT_SELECTORS) {
    const pods = await reader.list<Pod>('agentPods', CORE, 'pods', namespace, selector);
    if (pods === undefined) return undefined;
    for (const pod of pods) found.set(pod.metadata?.name ?? '', pod);
  }
  return [...found.values()];
}

/** What the account may do, asked of the API server as that account. */
async function accessOf(
  reader: ClusterReader<Fact>,
  namespace: string,
  account: Account,
  dynamicVolumes: boolean,
): Promise<readonly AccessAnswer[] | undefined> {
  const answers: AccessAnswer[] = [];
  for (const { resource: whole, verb } of needsOf(dynamicVolumes)) {
    const [resource, subresource] = whole.split('/');
    const review = await reader.review<{ readonly status?: { readonly allowed?: boolean } }>(
      'access',
      AUTHORIZATION,
      'localsubjectaccessreviews',
      namespace,
      {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'LocalSubjectAccessReview',
        metadata: { namespace },
        spec: {
          user: userOf(account),
          groups: groupsOf(account),
          resourceAttributes: {
            namespace,
            verb,
            resource,
            ...(subresource !== undefined && { subresource }),
          },
        },
      },
    );
    // Refused once, refused always: the Roles have to tell.
    if (review === undefined) return undefined;
    answers.push({ resource: whole, verb, allowed: review.status?.allowed === true });
  }
  return answers;
}

async function clusterRolesOf(
  reader: ClusterReader<Fact>,
  account: Account | null,
  bindings: readonly RoleBinding[],
): Promise<readonly Role[] | undefined> {
  const names = bindings
    .filter((binding) => account !== null && bindsAccount(binding, account))
    .flatMap(({ roleRef }) => (roleRef?.kind === 'ClusterRole' && roleRef.name ? [roleRef.name] : []));
  const found: Role[] = [];
  for (const name of new Set(names)) {
    const role = await reader.get<Role>('clusterRoles', RBAC, 'clusterroles', null, name);
    if (role === undefined) return undefined;
    if (role !== null) found.push(role);
  }
  return found;
}

async function bindingsElsewhere(
  reader: ClusterReader<Fact>,
  { namespace, otherNamespaces }: AgentClusterScope,
): Promise<readonly RoleBinding[] | undefined> {
  const places = otherNamespaces ?? [null];
  const lists: RoleBinding[] = [];
  for (const place of places) {
    const found = await reader.list<RoleBinding>('otherRoleBindings', RBAC, 'rolebindings', place);
    lists.push(...(found ?? []));
  }
  return lists.filter(({ metadata }) => metadata?.namespace !== namespace);
}

async function tokensOf(
  reader: ClusterReader<Fact>,
  { account, tokens }: AgentClusterScope,
): Promise<readonly string[] | undefined> {
  if (account === null) return reader.leaveOut('accountsWithToken', NO_ACCOUNT);
  if (!tokens) return reader.leaveOut('accountsWithToken', 'Secrets are not read unless asked for');
  const secrets = await reader.list<KubernetesObject & { readonly type?: string }>(
    'accountsWithToken',
    CORE,
    'secrets',
    account.namespace,
  );
  // Only the names of accounts are kept.
  return secrets
    ?.filter(({ type }) => type === 'kubernetes.io/service-account-token')
    .map(({ metadata }) => metadata?.annotations?.['kubernetes.io/service-account.name'] ?? '');
}

/** Logs of agents that are in trouble: ended, restarted, or running but not ready. */
async function logsOf(
  reader: ClusterReader<Fact>,
  namespace: string,
  pods: readonly Pod[],
  readLog: AgentClusterScope['readLog'],
): Promise<readonly ContainerLog[]> {
  const troubled = pods
    .flatMap((pod) => {
      const container = agentContainer(pod);
      const status = container === null ? null : statusOf(pod, container.name);
      const ended = status?.state?.terminated ?? status?.lastState?.terminated;
      const inTrouble = ended !== undefined ? ended.exitCode !== 0 : status?.state?.running && !status.ready;
      return inTrouble && container?.name !== undefined
        ? [{ pod, container: container.name, previous: status?.state?.waiting !== undefined }]
        : [];
    })
    .sort((a, b) =>
      (b.pod.metadata?.creationTimestamp ?? '').localeCompare(a.pod.metadata?.creationTimestamp ?? ''),
    )
    .slice(0, MAX_LOGS);
  const logs: ContainerLog[] = [];
  for (const { pod, container, previous } of troubled) {
    const name = pod.metadata?.name ?? '';
    const text = await reader.logTail('logs', namespace, name, container, previous);
    if (text !== null) logs.push({ pod: name, container, findings: readLog(text) });
  }
  return logs;
}
