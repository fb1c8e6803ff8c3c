import type { AgentScope } from '../../config/inspection-settings.ts';
import type {
  AccessAnswer,
  Account,
  AgentClusterFacts,
  ContainerLog,
  PodLogFinding,
} from '../../inspection/cluster-facts.ts';
import { agentContainer, statusOf } from '../../inspection/objects/agent-container.ts';
import type {
  KubernetesObject,
  LimitRange,
  Namespace,
  NetworkPolicy,
  Pod,
  ResourceQuota,
  RoleBinding,
  RoleObject,
  ServiceAccount,
} from '../../inspection/objects/objects.ts';
import { bindsAccount, groupsOf, needsOf, userOf } from '../../inspection/objects/rbac.ts';
import { hasSidecar } from '../../inspection/objects/sidecar-proxy.ts';
import type { KubernetesClient } from '../api/client.ts';
import { AGENT_SELECTORS, isAgent } from '../discovery/agent-labels.ts';
import { ClusterReader, type Collected, known } from './cluster-reader.ts';
import { meshEgressOf } from './collect-mesh-egress.ts';

const CORE = '/api/v1';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const NETWORKING = '/apis/networking.k8s.io/v1';
const AUTHORIZATION = '/apis/authorization.k8s.io/v1';
/** The maximum number of failing agents whose logs are read, the newest first. */
const MAX_LOGS = 5;

/** The facts that are read in the cluster of the agents. They do not include the destinations of the agents. */
type AgentClusterObjects = Omit<AgentClusterFacts, 'destinations' | 'steps'>;

/** Turns the end of an agent's log into codes. */
export type ReadLog = (text: string) => readonly PodLogFinding[];

type Fact = keyof AgentClusterFacts & string;

/** Reads the facts that the rules for a cluster of agents need. Makes about 30 requests, which change nothing. */
export async function collectAgentCluster(
  client: KubernetesClient,
  scope: AgentScope,
  readLog: ReadLog,
  signal?: AbortSignal,
): Promise<Collected<AgentClusterObjects, AgentClusterFacts>> {
  const reader = new ClusterReader<Fact>(client, signal);
  const { dynamicVolumes } = scope;
  const namespace = scope.namespace ?? client.namespace;
  const account = scope.account && { ...scope.account, namespace: scope.account.namespace ?? namespace };
  const list = <T extends KubernetesObject>(fact: Fact, api: string, resource: string) =>
    reader.list<T>(fact, api, resource, namespace);
  const read = {
    namespaceObject: await reader.get<Namespace>('namespaceObject', CORE, 'namespaces', null, namespace),
    ...(await rightsOf(reader, namespace, account, scope)),
    quotas: await list<ResourceQuota>('quotas', CORE, 'resourcequotas'),
    limitRanges: await list<LimitRange>('limitRanges', CORE, 'limitranges'),
    networkPolicies: await list<NetworkPolicy>('networkPolicies', NETWORKING, 'networkpolicies'),
    agentPods: await agentPodsOf(reader, namespace),
  };
  const logs = await logsOf(reader, namespace, read.agentPods ?? [], readLog);
  const mesh = (read.agentPods ?? []).some(hasSidecar) ? await meshEgressOf(reader, client, namespace) : {};
  return {
    facts: { namespace, account, dynamicVolumes, logs, ...known({ ...read, ...mesh }) },
    missing: reader.missing,
    failure: reader.failure,
  };
}

/** Returns the rights of the account that Jenkins uses to create agent pods; empty if the account is unknown. */
async function rightsOf(
  reader: ClusterReader<Fact>,
  namespace: string,
  account: Account | null,
  { dynamicVolumes, bindingNamespaces, tokens }: AgentScope,
) {
  if (account === null) {
    for (const fact of ['serviceAccount', 'accountsWithToken', 'roles', 'roleBindings'] as const) {
      reader.leaveOut(fact, NO_ACCOUNT);
    }
    return {};
  }
  const roleBindings = await reader.list<RoleBinding>('roleBindings', RBAC, 'rolebindings', namespace);
  return {
    serviceAccount: await reader.get<ServiceAccount>(
      'serviceAccount',
      CORE,
      'serviceaccounts',
      account.namespace,
      account.name,
    ),
    accountsWithToken: await tokensOf(reader, account, tokens),
    podsOfAccount: tokens ? await podsOf(reader, account) : undefined,
    roles: await reader.list<RoleObject>('roles', RBAC, 'roles', namespace),
    roleBindings,
    clusterRoles: await clusterRolesOf(reader, account, roleBindings ?? []),
    otherRoleBindings: await bindingsElsewhere(reader, namespace, bindingNamespaces),
    access: await accessOf(reader, namespace, account, dynamicVolumes),
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

/** Returns the rights of the account. It asks the API server to review them for that account. */
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
    // One refusal means that all reviews are refused. The Roles are used instead.
    if (review === undefined) return undefined;
    answers.push({ resource: whole, verb, allowed: review.status?.allowed === true });
  }
  return answers;
}

async function clusterRolesOf(
  reader: ClusterReader<Fact>,
  account: Account,
  bindings: readonly RoleBinding[],
): Promise<readonly RoleObject[] | undefined> {
  const names = bindings
    .filter((binding) => bindsAccount(binding, account))
    .flatMap(({ roleRef }) => (roleRef?.kind === 'ClusterRole' && roleRef.name ? [roleRef.name] : []));
  const found: RoleObject[] = [];
  for (const name of new Set(names)) {
    const role = await reader.get<RoleObject>('clusterRoles', RBAC, 'clusterroles', null, name);
    if (role === undefined) return undefined;
    if (role !== null) found.push(role);
  }
  return found;
}

async function bindingsElsewhere(
  reader: ClusterReader<Fact>,
  namespace: string,
  otherNamespaces: readonly string[] | null,
): Promise<readonly RoleBinding[]> {
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
  account: Account,
  tokens: boolean,
): Promise<readonly string[] | undefined> {
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

/** Pods that run as the account, agents left out. */
async function podsOf(reader: ClusterReader<Fact>, account: Account): Promise<readonly Pod[] | undefined> {
  const pods = await reader.list<Pod>('podsOfAccount', CORE, 'pods', account.namespace);
  return pods?.filter(
    ({ metadata, spec }) => spec?.serviceAccountName === account.name && !isAgent(metadata?.labels ?? {}),
  );
}

/** Logs of agents that are in trouble: ended, restarted, or running but not ready. */
async function logsOf(
  reader: ClusterReader<Fact>,
  namespace: string,
  pods: readonly Pod[],
  readLog: ReadLog,
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
