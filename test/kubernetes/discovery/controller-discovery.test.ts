import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { stringify } from 'yaml';
import { start } from '../../cli/command.ts';
import { announcementOf, resultOf } from '../../daemon/results.ts';
import { controllerOf } from '../../daemon/settings-of.ts';
import { startCuttingProxy } from '../api/cutting-proxy.ts';
import { apiServerMissing } from '../api-server-program.ts';
import { AGENT_SECRET, until } from '../cluster-objects.ts';
import { fastClock } from '../daemon-in-cluster.ts';
import { create, daemonIn, remove, removeAll, startCluster, USER, uses } from './discovering.ts';

t.test('discovery in a real cluster', { skip: apiServerMissing(), timeout: 115_000 }, async (t) => {
  const { server, kubeconfig } = await startCluster(t);

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
    await printed(/"msg":"discovered controllers changed"/);
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
    // Requests to it pass through a proxy that counts them. Three seconds are a minute of this clock.
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
    t.match(logged(), /kubernetes: recovered/);
    await removeAll(server);
    await watching();
  });

  await t.test('a cluster where nothing happens is no cluster that is away', async (t) => {
    // An API server that has never seen an Ingress sends no bookmark for one.
    const clock = fastClock(20);
    const quiet = { sources: ['services'] } as const;
    const { seen, metric, logged } = await daemonIn(t, kubeconfig, quiet, { clock });
    await until(async () => (await metric('kubernetes_working\\{feature="discover-services"\\}')) === 1);
    const startedAt = clock.elapsed();
    await until(() => clock.elapsed() - startedAt > 200_000);
    t.equal((await seen()).kubernetes.discovery.stale, false);
    t.equal(await metric('kubernetes_errors_total\\{feature="discover-services"\\}'), 0);
    t.notMatch(logged(), /the API server cannot be used/);
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
});
