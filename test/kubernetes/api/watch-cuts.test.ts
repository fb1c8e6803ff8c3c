import t from 'tap';
import type { ApiServer } from '../api-server.ts';
import { apiServerMissing } from '../api-server-program.ts';
import { fastClock } from '../daemon-in-cluster.ts';
import { create, daemonIn, remove, removeAll, startCluster, USER, uses } from '../discovery/discovering.ts';
import { startCuttingProxy } from './cutting-proxy.ts';

t.test('watches that are cut a hundred times', { skip: apiServerMissing(), timeout: 115_000 }, async (t) => {
  const { server } = await startCluster(t);
  const proxy = await startCuttingProxy(server.port);
  t.teardown(() => proxy.close());
  // A watch that lives for ten seconds is a good one: a fifth of a second of this clock.
  const clock = fastClock(50);
  const through = server.kubeconfig(USER, { namespace: 'probe', port: proxy.port });
  const { watching } = await daemonIn(t, through, { sources: ['pods'], gracePeriodMs: 25_000 }, { clock });
  const before = await requestsFor(server);
  const alive = new Set<string>();
  let cuts = 0;
  for (let round = 0; cuts < 100; round += 1) {
    const name = `pod-${round}`;
    if (round % 3 === 2) {
      const [oldest = ''] = alive;
      await remove(server, oldest);
      alive.delete(oldest);
    } else {
      await create(server, name, uses(`https://${name}.example.com/`));
      alive.add(name);
    }
    await new Promise((resolve) => setTimeout(resolve, 220));
    cuts += proxy.cut() > 0 ? 1 : 0;
  }
  await watching(...[...alive].map((name) => `https://${name}.example.com/`));
  t.pass('none is lost, and none is left behind');
  const after = await requestsFor(server);
  const [lists, watches] = [after.list - before.list, after.watch - before.watch];
  t.comment(`${cuts} cuts, ${watches} watches, ${lists} lists, ${proxy.accepted} connections`);
  t.ok(watches >= 90 && watches <= 140, 'one watch for each cut');
  t.ok(lists <= 10, 'what is known is not listed again');
  await removeAll(server);
});

/** Requests for pods as the API server itself has counted them. */
async function requestsFor(server: ApiServer): Promise<{ list: number; watch: number }> {
  const { body } = await server.ask('GET', '/metrics');
  const sum = (verb: string) =>
    [...String(body).matchAll(/^apiserver_request_total\{([^}]*)\} (\S+)$/gm)]
      .filter(([, labels = '']) => labels.includes(`verb="${verb}"`) && labels.includes('resource="pods"'))
      .reduce((total, [, , value]) => total + Number(value), 0);
  return { list: sum('LIST'), watch: sum('WATCH') };
}
