import type { DiscoverySettings } from '../../../src/config/kubernetes-settings.ts';
import { rolesFor } from '../../../src/kubernetes/api/permissions.ts';
import { controllerOf } from '../../daemon/settings-of.ts';
import { type ApiServer, startApiServer } from '../api-server.ts';
import { agentPod, type PodOptions } from '../cluster-objects.ts';
import { type DaemonInCluster, startInCluster } from '../daemon-in-cluster.ts';

export const USER = 'system:serviceaccount:probe:probe';
const { target: _, ...schedule } = controllerOf({ web: 15_000, ping: 15_000 });

export const DISCOVERY: DiscoverySettings = {
  namespaces: ['agents'],
  sources: ['pods', 'services', 'ingresses'],
  selector: null,
  container: 'jnlp',
  gracePeriodMs: 500,
  limit: 100,
  probe: { ...schedule, timeoutMs: 5000 },
};

/** A daemon that discovers. */
export function daemonIn(
  t: { teardown(close: () => Promise<void>): void },
  kubeconfig: string,
  discovery: Partial<DiscoverySettings> = {},
  options: Omit<DaemonInCluster, 'kubernetes'> = {},
) {
  return startInCluster(t, {
    ...options,
    kubernetes: { kubeconfig, discovery: { ...DISCOVERY, ...discovery } },
  });
}

const PODS = '/api/v1/namespaces/agents/pods';
export const create = (server: ApiServer, name: string, options: PodOptions) =>
  server.make('POST', PODS, agentPod(name, options));
export const remove = (server: ApiServer, name: string) =>
  server.make('DELETE', `${PODS}/${name}?gracePeriodSeconds=0`);
export const removeAll = (server: ApiServer) => server.make('DELETE', `${PODS}?gracePeriodSeconds=0`);
export const uses = (url: string): PodOptions => ({ env: { JENKINS_URL: url } });

/** An API server with a namespace of agents, and a user who may discover there from pods and Services. */
export async function startCluster(t: { teardown(close: () => Promise<void>): void }) {
  const server = await startApiServer({ users: [USER] });
  t.teardown(() => server.stop());
  await server.make('POST', '/api/v1/namespaces', { metadata: { name: 'agents' } });
  const discovery: DiscoverySettings = { ...DISCOVERY, sources: ['pods', 'services'] };
  const [role] = rolesFor({ kubeconfig: null, discovery, lease: null, events: false, inspection: null });
  await server.grant(USER, 'agents', role?.rules ?? []);
  const kubeconfig = server.kubeconfig(USER, { namespace: 'probe' });
  return { server, kubeconfig };
}
