import { performance } from 'node:perf_hooks';
import t from 'tap';
import { apiServerMissing } from '../api-server-program.ts';
import { until } from '../cluster-objects.ts';
import { startSharing } from './sharing.ts';

t.test('replicas speak with one voice', { skip: apiServerMissing(), timeout: 115_000 }, async (t) => {
  const { server, simulator, pair } = await startSharing(t);

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

  const { leader, follower } = await pair();

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
    t.equal(await follower.metric('up\\{controller="main",entrypoint="web"\\}'), 1);
    const { entrypoints } = JSON.parse(await (await follower.get('/controllers/main')).text());
    t.ok(entrypoints[0].ageMs > 0 && entrypoints[0].ageMs < 8_000, "the age is that of the leader's result");
  });

  await t.test('a verdict that changes reaches the follower, and becomes an event', async (t) => {
    await simulator.setFault('port-closes-at-once');
    await until(async () => (await leader.get('/health/main')).status === 503);
    const startedAt = performance.now();
    await until(async () => (await follower.get('/health/main')).status === 503);
    t.ok(performance.now() - startedAt < 4_000, 'before the next renewal is due');
    t.equal((await follower.get('/health/main')).headers.get('health-reason'), 'l4-accept-then-close');
    await simulator.setFault('none');
    await until(async () => (await follower.get('/health/main')).status === 200);
    const events = await until(async () => {
      const { items } = await server.make('GET', '/api/v1/namespaces/probe/events');
      return items.length >= 2 ? items : null;
    });
    t.match(events.map(({ reason, type }: { reason: string; type: string }) => `${type} ${reason}`).sort(), [
      'Normal AgentPortUp',
      'Warning AgentPortDown',
    ]);
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
      return items.length === 2 && items.every(({ count }: { count: number }) => count === 2);
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
});
