import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { stringify } from 'yaml';
import type { DiscoverySettings } from '../../src/config/kubernetes-settings.ts';
import { rolesFor } from '../../src/kubernetes/permissions.ts';
import { start } from '../cli/command.ts';
import { announcementOf, resultOf } from '../daemon/results.ts';
import { controllerOf } from '../daemon/settings-of.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { apiServerMissing } from './api-server-program.ts';
import { AGENT_SECRET, agentPod, type PodOptions, until } from './cluster-objects.ts';
import { startCuttingProxy } from './cutting-proxy.ts';
import { type DaemonInCluster, fastClock, startInCluster } from './daemon-in-cluster.ts';

const USER = 'system:serviceaccount:probe:probe';
const { target: _, ...schedule } = controllerOf({ web: 15_000, ping: 15_000 });

const DISCOVERY: DiscoverySettings = {
  namespaces: ['agents'],
  sources: ['pods', 'services', 'ingresses'],
  selector: null,
  container: 'jnlp',
  gracePeriodMs: 500,
  limit: 100,
  probe: { ...schedule, timeoutMs: 5000 },
};

/** A daemon that discovers. */
function daemonIn(
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
const create = (server: ApiServer, name: string, options: PodOptions) =>
  server.make('POST', PODS, agentPod(name, options));
const remove = (server: ApiServer, name: string) =>
  server.make('DELETE', `${PODS}/${name}?gracePeriodSeconds=0`);
const removeAll = (server: ApiServer) => server.make('DELETE', `${PODS}?gracePeriodSeconds=0`);
const uses = (url: string): PodOptions => ({ env: { JENKINS_URL: url } });

t.test('discovery in a real cluster', { skip: apiServerMissing(), timeout: 115_000 }, async (t) => {
  const server = await startApiServer({ users: [USER] });
  t.teardown(() => server.stop());
  await server.make('POST', '/api/v1/namespaces', { metadata: { name: 'agents' } });
  const discovery: DiscoverySettings = { ...DISCOVERY, sources: ['pods', 'services'] };
  const [role] = rolesFor({ kubeconfig: null, discovery, lease: null, events: false, inspection: null });
  await server.grant(USER, 'agents', role?.rules ?? []);
  const kubeconfig = server.kubeconfig(USER, { namespace: 'probe' });

  await t.test('pods come and go', async (t) => {
    const configured = controllerOf(
      { web: 15_000 },
      { name: 'main', url: new URL('https://main.example.com/') },
    );
    const { seen, watching, metric, get, logged } = await daemonIn(
      t,
      kubeconfig,
      {},
      { controllers: [configured] },
    );
    await create(server, 'one', uses('https://ci.example.com/'));
    await create(server, 'two', {
      ...uses('https://ci.example.com/'),
      image: 'jenkins/inbound-agent:4.13-1',
    });
    await create(server, 'three', uses('https://main.example.com/'));
    await create(server, 'four', { secretEnv: ['JENKINS_URL'] });
    await create(server, 'five', { labels: { app: 'web' }, ...uses('https://other.example.com/') });
    await watching('https://main.example.com/', 'https://ci.example.com/');
    const { kubernetes } = await until(async () => {
      const now = await seen();
      return now.kubernetes.discovery.unusable.length === 1 ? now : null;
    });
    t.match(kubernetes.discovery, {
      stale: false,
      unusable: ['agents/four: JENKINS_URL comes from a ConfigMap or Secret'],
    });
    const found = [...kubernetes.discovery.controllers].sort((a, b) => a.pods - b.pods);
    t.match(found, [
      { configuredAs: 'main', pods: 1 },
      { configuredAs: null, pods: 2, remoting: ['3355.v388858a_47b_33', '4.13'] },
    ]);
    t.equal(await metric('discovery_controllers'), 2);
    t.equal(await metric('discovery_unusable_objects'), 1);
    t.equal(await metric('discovery_stale'), 0);
    t.ok(Math.abs((await metric('discovery_last_sync_timestamp_seconds')) - Date.now() / 1000) < 60);

    await remove(server, 'one');
    await remove(server, 'two');
    await watching('https://main.example.com/');
    const outputs = [logged(), await get('/controllers'), await get('/metrics'), await get('/')];
    t.notMatch(outputs.join(''), AGENT_SECRET, 'the secret of the agents is nowhere');
    await removeAll(server);
  });

  await t.test('a permission that is missing switches off that one source', async (t) => {
    const { seen, watching, logged, metric } = await daemonIn(t, kubeconfig);
    await create(server, 'one', uses('https://ci.example.com/'));
    await server.make('POST', '/api/v1/namespaces/agents/services', {
      metadata: {
        name: 'jenkins',
        annotations: { 'jenkins-agent-probe.io/url': 'https://annotated.example.com/' },
      },
      spec: { ports: [{ port: 80 }] },
    });
    await watching('https://ci.example.com/', 'https://annotated.example.com/');
    const { kubernetes } = await until(async () => {
      const now = await seen();
      return now.kubernetes.features.some(({ state }) => state === 'denied') ? now : null;
    });
    t.match(kubernetes.features, [
      { feature: 'discover-pods', state: 'working' },
      { feature: 'discover-services', state: 'working' },
      { feature: 'discover-ingresses', state: 'denied', detail: /403.*cannot list resource "ingresses"/ },
    ]);
    t.equal(logged().match(/a permission is missing/g)?.length, 1, 'said once');
    t.equal(await metric('kubernetes_working{feature="discover-ingresses"}'.replace(/[{}]/g, '\\$&')), 0);
    await server.make('DELETE', '/api/v1/namespaces/agents/services/jenkins');
    await removeAll(server);
    await watching();
  });

  await t.test('the memory of the process does not hold the secret of the agents', async (t) => {
    const folder = t.testdir({
      'probe.yaml': stringify({
        listen: { host: '127.0.0.1', port: 0 },
        kubernetes: { kubeconfig, discovery: { namespaces: ['agents'], sources: ['pods'] } },
      }),
    });
    const args = ['-secret', AGENT_SECRET, '-tunnel', 'marker.example.com:50000', '-name', 'one'];
    await create(server, 'one', {
      ...uses('https://heap.example.com/a-long-path/'),
      args: [args.join(' ')],
    });
    const NODE_OPTIONS = `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${folder}`;
    const { child, printed } = start(t, ['serve', '--config', `${folder}/probe.yaml`], {
      env: { NODE_OPTIONS },
    });
    await printed(/"msg":"the controllers found in the cluster are others now"/);
    const snapshot = () => readdirSync(folder).find((name) => name.endsWith('.heapsnapshot'));
    child.kill('SIGUSR2');
    const whole = await until(() => {
      const file = snapshot();
      const text = file === undefined ? '' : readFileSync(`${folder}/${file}`, 'utf8');
      return text.endsWith('}') || text.endsWith('}\n') ? text : null;
    });
    t.ok(whole.includes('marker.example.com'), 'what stood beside it is there');
    t.notOk(whole.includes(AGENT_SECRET));
    child.kill('SIGKILL');
    await removeAll(server);
  });

  await t.test('an API server that is away for a minute', async (t) => {
    // What asks it goes through a proxy that counts; three seconds are a minute of this clock.
    const proxy = await startCuttingProxy(server.port);
    t.teardown(() => proxy.close());
    const clock = fastClock(20);
    const through = server.kubeconfig(USER, { namespace: 'probe', port: proxy.port });
    const options = { sources: ['pods', 'services'], gracePeriodMs: 5_000 } as const;
    const { seen, watching, logged } = await daemonIn(t, through, options, { clock });
    await create(server, 'stays', uses('https://stays.example.com/'));
    await create(server, 'goes', uses('https://goes.example.com/'));
    await watching('https://stays.example.com/', 'https://goes.example.com/');
    await server.kill();
    const [goneAt, before] = [clock.elapsed(), proxy.accepted];
    await until(async () => (await seen()).kubernetes.features.some(({ state }) => state === 'failing'));
    await until(() => clock.elapsed() - goneAt >= 60_000);
    const tries = proxy.accepted - before;
    t.comment(`${tries} tries of two watches in a minute`);
    t.ok(tries > 2 && tries <= 40, 'no storm');
    t.equal((await seen()).controllers.length, 2, 'the last known ones are kept, well beyond their grace');
    await server.start();
    await remove(server, 'goes');
    await create(server, 'comes', uses('https://comes.example.com/'));
    await watching('https://stays.example.com/', 'https://comes.example.com/');
    t.match(logged(), /kubernetes: it works again/);
    await removeAll(server);
    await watching();
  });

  await t.test('agents that are older than their controller asks for', async (t) => {
    const main = controllerOf({ web: 15_000 }, { name: 'main', url: new URL('https://main.example.com/') });
    const options = { controllers: [main], clock: fastClock(20) };
    const { probes, seen, metric } = await daemonIn(t, kubeconfig, { gracePeriodMs: 60_000 }, options);
    const announcement = { ...announcementOf(50_000), remotingMinimumVersion: '3107.v665000b_51092' };
    probes.answer = (depth) => resultOf(depth, depth === 'web' ? { evidence: { announcement } } : {});
    await create(server, 'new', uses('https://main.example.com/'));
    const old = { ...uses('https://main.example.com/'), image: 'jenkins/inbound-agent:4.13-1' };
    await create(server, 'old', old);
    await until(async () => (await seen()).kubernetes.discovery.controllers[0]?.pods === 2);
    const holds = 'diagnosis\\{controller="main",code="remoting-too-old"\\}';
    await until(async () => (await metric(holds)) === 1);
    t.pass('by the oldest of them');
    await removeAll(server);
  });

  await t.test('watches that are cut a hundred times', async (t) => {
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
