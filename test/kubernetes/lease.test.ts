import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import t from 'tap';
import { stringify } from 'yaml';
import { rolesFor } from '../../src/kubernetes/permissions.ts';
import { type Running, start } from '../cli/command.ts';
import { simulate } from '../probe/simulated.ts';
import { startApiServer } from './api-server.ts';
import { apiServerMissing } from './api-server-program.ts';
import { until } from './cluster-objects.ts';

const USER = 'system:serviceaccount:probe:probe';
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/probe/leases';

interface Replica {
  readonly running: Running;
  readonly name: string;
  get(path: string): Promise<Response>;
  role(): Promise<string>;
  metric(name: string): Promise<number>;
}

t.test('replicas speak with one voice', { skip: apiServerMissing(), timeout: 115_000 }, async (t) => {
  const server = await startApiServer({ users: [USER] });
  t.teardown(() => server.stop());
  await server.make('POST', '/api/v1/namespaces', { metadata: { name: 'probe' } });
  const lease = { mode: 'leader', name: 'jenkins-agent-probe', namespace: null } as const;
  const [role] = rolesFor({ kubeconfig: null, discovery: null, lease, events: true, inspection: null });
  await server.grant(USER, 'probe', role?.rules ?? []);
  const folder = mkdtempSync(join(tmpdir(), 'lease-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const { simulator } = await simulate(t);

  async function replica(name: string, file = 'probe.yaml'): Promise<Replica> {
    const env = { POD_NAME: name, POD_NAMESPACE: 'probe', POD_UID: `uid-of-${name}` };
    const running = start(t, ['serve', '--config', join(folder, file)], { env });
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

  /** Watches the simulated controller: how many probes it gets in a second, and how many connections at a time. */
  async function load(ms: number): Promise<{ pings: number; mostOpen: number }> {
    const before = simulator.counts.pings;
    const end = performance.now() + ms;
    let mostOpen = 0;
    while (performance.now() < end) {
      mostOpen = Math.max(mostOpen, simulator.counts.openAgentPort);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return { pings: (simulator.counts.pings - before) / (ms / 1000), mostOpen };
  }

  let [leader, follower] = await Promise.all([replica('one'), replica('two')]);
  await until(async () => {
    const roles = await Promise.all([leader.role(), follower.role()]);
    if (roles.join() === 'following,leading') [leader, follower] = [follower, leader];
    return roles.includes('leading') && roles.includes('following');
  });

  await t.test('one probes, both answer', async (t) => {
    await until(async () => (await follower.get('/health/main')).status === 200);
    t.equal((await leader.get('/health/main')).status, 200);
    t.equal((await follower.get('/readyz')).status, 200);
    const { pings, mostOpen } = await load(6_000);
    t.comment(`${pings} pings a second from two replicas, at most ${mostOpen} connection at a time`);
    t.ok(pings > 0.5 && pings < 1.3, 'what one replica costs');
    t.equal(mostOpen, 1);
    t.equal(await leader.metric('leader'), 1);
    t.equal(await follower.metric('leader'), 0);
    t.equal(await follower.metric('speaks_for_itself'), 0);
    t.equal(await follower.metric('up\\{controller="main",endpoint="web"\\}'), 1);
    const { endpoints } = JSON.parse(await (await follower.get('/controllers/main')).text());
    t.ok(endpoints[0].ageMs > 0 && endpoints[0].ageMs < 8_000, "the age is that of the leader's result");
  });

  await t.test('a verdict that changes reaches the follower, and becomes an event', async (t) => {
    await simulator.setFault('port-closes-at-once');
    await until(async () => (await leader.get('/health/main')).status === 503);
    const startedAt = performance.now();
    await until(async () => (await follower.get('/health/main')).status === 503);
    t.ok(performance.now() - startedAt < 5_000, 'with the next renewal');
    t.equal((await follower.get('/health/main')).headers.get('health-reason'), 'l4-accept-then-close');
    await simulator.setFault('none');
    await until(async () => (await follower.get('/health/main')).status === 200);
    const events = await until(async () => {
      const { items } = await server.make('GET', '/api/v1/namespaces/probe/events');
      return items.length >= 3 ? items : null;
    });
    t.match(events.map(({ reason, type }: { reason: string; type: string }) => `${type} ${reason}`).sort(), [
      'Normal AgentPortUp',
      'Warning AgentPortDown',
      'Warning L4AcceptThenClose',
    ]);
    const cause = events.find(({ reason }: { reason: string }) => reason === 'L4AcceptThenClose');
    t.match(
      cause?.message,
      /^controller main: .* \(l4-accept-then-close\)\n/,
      'the root cause, and what mends it',
    );
    const down = events.find(({ reason }: { reason: string }) => reason === 'AgentPortDown');
    t.match(down, {
      count: 1,
      involvedObject: { kind: 'Pod', name: leader.name, uid: `uid-of-${leader.name}` },
      message: /^agent-port of controller main is down at step ping: .*\(l4-accept-then-close\)$/,
    });
    await simulator.setFault('port-closes-at-once');
    await until(async () => (await follower.get('/health/main')).status === 503);
    await simulator.setFault('none');
    await until(async () => (await follower.get('/health/main')).status === 200);
    await until(async () => {
      const { items } = await server.make('GET', '/api/v1/namespaces/probe/events');
      return items.length === 3 && items.every(({ count }: { count: number }) => count === 2);
    });
    t.pass('the same again is counted');
  });

  await t.test('the leader is killed', async (t) => {
    const killedAt = performance.now();
    leader.running.child.kill('SIGKILL');
    let gaps = 0;
    let asked = 0;
    let mostOpen = 0;
    await until(async () => {
      gaps += (await follower.get('/health/main')).status === 200 ? 0 : 1;
      asked += 1;
      mostOpen = Math.max(mostOpen, simulator.counts.openAgentPort);
      return (await follower.role()) === 'leading';
    });
    const tookMs = performance.now() - killedAt;
    const pings = simulator.counts.pings;
    await until(() => simulator.counts.pings > pings);
    const probingMs = performance.now() - killedAt;
    t.comment(`taken over after ${Math.round(tookMs)} ms, probing after ${Math.round(probingMs)} ms`);
    t.ok(probingMs < 15_000);
    t.equal(gaps, 0, `no gap in ${asked} health checks`);
    t.ok(mostOpen <= 1);
    t.equal(await follower.metric('leader'), 1);
  });

  await t.test('a leader that ends in good order hands over at once', async (t) => {
    const heir = await replica('three');
    await until(async () => (await heir.role()) === 'following');
    await until(async () => (await heir.get('/health/main')).status === 200);
    const endedAt = performance.now();
    follower.running.child.kill('SIGTERM');
    let gaps = 0;
    await until(async () => {
      gaps += (await heir.get('/health/main')).status === 200 ? 0 : 1;
      return (await heir.role()) === 'leading';
    });
    const tookMs = performance.now() - endedAt;
    t.comment(`handed over after ${Math.round(tookMs)} ms`);
    t.ok(tookMs < 4_000);
    t.equal(gaps, 0);
    const { spec } = await server.make('GET', `${LEASES}/jenkins-agent-probe`);
    t.match(spec, { holderIdentity: /^three_/, leaseTransitions: 2 });

    const second = await replica('four');
    await until(async () => (await second.role()) === 'following');
    await server.kill();
    await until(async () => (await heir.role()) === 'alone' && (await second.role()) === 'alone');
    t.equal(await heir.metric('leader'), 0);
    t.equal((await heir.get('/health/main')).status, 200, 'without the API server each sees for itself');
    t.equal((await second.get('/health/main')).status, 200);
    await server.start();
    await until(async () => [await heir.role(), await second.role()].sort().join() === 'following,leading');
    t.pass('and one speaks for both when it is back');
  });
});
