import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { stringify } from 'yaml';
import { rolesFor } from '../../../src/kubernetes/api/permissions.ts';
import { type Running, start } from '../../cli/command.ts';
import { simulate } from '../../probe/simulated.ts';
import { startApiServer } from '../api-server.ts';
import { until } from '../cluster-objects.ts';

const USER = 'system:serviceaccount:probe:probe';

/** A daemon as one of several, a process of its own. */
export interface Replica {
  readonly running: Running;
  readonly name: string;
  get(path: string): Promise<Response>;
  role(): Promise<string>;
  metric(name: string): Promise<number>;
}

/** An API server, a simulated controller, and the means to start replicas that share one Lease. */
export async function startSharing(t: Test) {
  const server = await startApiServer({ users: [USER] });
  t.teardown(() => server.stop());
  await server.make('POST', '/api/v1/namespaces', { metadata: { name: 'probe' } });
  const lease = { mode: 'leader', name: 'jenkins-agent-probe', namespace: null } as const;
  const [role] = rolesFor({ kubeconfig: null, discovery: null, lease, events: true, inspection: null });
  await server.grant(USER, 'probe', role?.rules ?? []);
  const { simulator } = await simulate(t);
  const folder = mkdtempSync(join(tmpdir(), 'lease-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    join(folder, 'probe.yaml'),
    stringify({
      listen: { host: '127.0.0.1', port: 0 },
      probe: { rise: 1, fall: 1, cadence: { web: '1s', ping: '1s', handshake: 'off' } },
      kubernetes: {
        kubeconfig: server.kubeconfig(USER, { namespace: 'probe' }),
        lease: {},
        events: true,
      },
      controllers: [{ name: 'main', url: simulator.url }],
    }),
  );

  async function replica(name: string): Promise<Replica> {
    const env = { POD_NAME: name, POD_NAMESPACE: 'probe', POD_UID: `uid-of-${name}` };
    const running = start(t, ['serve', '--config', join(folder, 'probe.yaml')], { env });
    const [, port] = await running.printed(/"port":(\d+)/);
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    return {
      running,
      name,
      get,
      role: async () => JSON.parse(await (await get('/controllers')).text()).kubernetes.role,
      async metric(metric) {
        const text = await (await get('/metrics')).text();
        return Number(new RegExp(`^jenkins_agent_probe_${metric} (.*)$`, 'm').exec(text)?.[1]);
      },
    };
  }

  /** Two replicas, once one of them leads and the other follows. */
  async function pair(): Promise<{ leader: Replica; follower: Replica }> {
    const [one, two] = await Promise.all([replica('one'), replica('two')]);
    return until(async () => {
      const roles = [await one.role(), await two.role()].join();
      if (roles === 'leading,following') return { leader: one, follower: two };
      return roles === 'following,leading' ? { leader: two, follower: one } : null;
    });
  }

  return { server, simulator, replica, pair };
}
