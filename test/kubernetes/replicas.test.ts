import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import t from 'tap';
import { startSimulator } from '../../src/simulator/controller.ts';
import { type Running, start } from '../cli/command.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { apiServerMissing } from './api-server-program.ts';
import { until } from './cluster-objects.ts';

const USERS = ['system:serviceaccount:probe:one', 'system:serviceaccount:probe:nobody'] as const;
const LEASE = '/apis/coordination.k8s.io/v1/namespaces/probe/leases/jenkins-agent-probe';
/** A Lease runs out ten seconds after its last renewal; the rest is for the claim and for a busy machine. */
const TAKEOVER_MS = 15_000;
const HANDSHAKES = 'attempts_total{controller="main",depth="handshake"}';
/** Says on standard error which files of the Kubernetes part a process loads. */
const LOADED = /loaded .*(\/src\/kubernetes\/client\.ts|\/node_modules\/@kubernetes\/)/;
const TELL_LOADED = `import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) { console.error('loaded ' + url); return next(url, context); } });`;

interface Replica {
  readonly running: Running;
  readonly name: string;
  get(path: string): Promise<{ readonly status: number; readonly text: string }>;
  metric(name: string): Promise<number>;
}

interface Seen {
  readonly controllers: readonly { readonly verdict: string }[];
  readonly kubernetes: {
    readonly role: string;
    readonly leader: string | null;
    readonly features: readonly { readonly feature: string; readonly state: string }[];
  };
}

async function replicaOf(
  t: { teardown(stop: () => void): void },
  config: string,
  name: string,
  more: Record<string, string> = {},
): Promise<Replica> {
  const env = { POD_NAME: name, POD_NAMESPACE: 'probe', POD_UID: `uid-of-${name}`, ...more };
  const running = start(t, ['serve', '--config', config], { env });
  const [, port] = await running.printed(/"port":(\d+).*"msg":"started"/);
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(2000) });
    return { status: response.status, text: await response.text() };
  };
  const metric = async (series: string) =>
    Number(
      (await get('/metrics')).text
        .split('\n')
        .find((line) => line.startsWith(`jenkins_agent_probe_${series} `))
        ?.split(' ')
        .at(-1),
    );
  return { running, name, get, metric };
}

const seenBy = async (replica: Replica): Promise<Seen> =>
  JSON.parse((await replica.get('/controllers')).text);

/** A configuration of one controller, probed at a quick pace. */
function configOf(t: { testdir(files: Record<string, string>): string }, url: string, kubernetes: string) {
  const folder = t.testdir({
    'probe.yaml': [
      'listen: { host: 127.0.0.1, port: 0 }',
      'probe: { cadence: { web: 5s, ping: 5s, handshake: 1m, login: off }, rise: 1, fall: 2 }',
      `controllers: [{ name: main, url: '${url}' }]`,
      kubernetes,
      '',
    ].join('\n'),
  });
  return `${folder}/probe.yaml`;
}

t.setTimeout(115_000);
t.test('replicas in a real cluster', { skip: apiServerMissing(), timeout: 115_000 }, async (t) => {
  const server = await startApiServer({ users: USERS });
  t.teardown(() => server.stop());
  await server.make('POST', '/api/v1/namespaces', { metadata: { name: 'probe' } });
  const rights = [
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: ['jenkins-agent-probe'],
      verbs: ['get', 'list', 'watch', 'update'],
    },
    { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
  ];
  await server.grant(USERS[0], 'probe', rights);
  const kubeconfig = server.kubeconfig(USERS[0], { namespace: 'probe' });

  await t.test('one probes, the other follows, and takes over when the leader is killed', async (t) => {
    const simulator = await startSimulator();
    t.teardown(() => simulator.close());
    const config = configOf(t, simulator.url, `kubernetes: { kubeconfig: ${kubeconfig}, lease: {} }`);
    const first = await replicaOf(t, config, 'first');
    const second = await replicaOf(t, config, 'second');
    const both = [first, second];
    const leader = await until(async () => {
      for (const each of both) if ((await seenBy(each)).kubernetes.role === 'leading') return each;
      return null;
    });
    const other = leader === first ? second : first;
    await until(async () => {
      const { kubernetes, controllers } = await seenBy(other);
      return kubernetes.role === 'following' && controllers[0]?.verdict === 'up';
    });
    t.match((await seenBy(other)).kubernetes.leader, new RegExp(`^${leader.name}_`));
    t.equal(
      (await other.get('/health/main')).status,
      200,
      'the follower answers with the verdict of the leader',
    );
    t.equal((await other.get('/readyz')).status, 200);
    t.strictSame([await leader.metric('leader'), await other.metric('leader')], [1, 0]);
    t.equal(await other.metric('speaks_for_itself'), 0);
    await until(async () => (await leader.metric(HANDSHAKES)) === 1);
    t.equal(await other.metric(HANDSHAKES), 0, 'the deep probe of the first round was taken once, not twice');

    // The answers of the one that stays, without a gap, from before the kill until after the takeover.
    const answers: number[] = [];
    let most = 0;
    let watching = true;
    const asking = (async () => {
      while (watching) {
        answers.push((await other.get('/health/main').catch(() => ({ status: 0 }))).status);
        most = Math.max(most, simulator.counts.openAgentPort);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    // A ping is two connections, so one replica makes at most six in this time, and two would make twice as many.
    const rate = await connectionsIn(simulator, 10_500);
    t.ok(
      rate.agentPort >= 2 && rate.agentPort <= 6,
      `${rate.agentPort} connections at the agent port in 10.5 s of pings every 5 s`,
    );

    const killedAt = performance.now();
    leader.running.child.kill('SIGKILL');
    const pings = simulator.counts.pings;
    await until(async () => (await seenBy(other)).kubernetes.role === 'leading');
    const takeoverMs = performance.now() - killedAt;
    t.comment(`takeover after ${Math.round(takeoverMs)} ms`);
    t.ok(takeoverMs <= TAKEOVER_MS, 'within fifteen seconds');
    await until(() => simulator.counts.pings > pings);
    t.comment(`probed again after ${Math.round(performance.now() - killedAt)} ms`);
    watching = false;
    await asking;
    t.ok(answers.length > 50);
    t.strictSame([...new Set(answers)], [200], `${answers.length} answers of /health/main, none but 200`);
    t.ok(most <= 1, 'never more than one connection at the agent port at once');
    t.equal(await other.metric(HANDSHAKES), 0, 'what the leader did a moment ago is not repeated');
    t.equal(simulator.counts.bareConnects, 0);

    // One that ends in order gives up the Lease: the next need not wait until it runs out.
    const third = await replicaOf(t, config, 'third');
    await until(async () => (await seenBy(third)).kubernetes.role === 'following');
    const endedAt = performance.now();
    other.running.child.kill('SIGTERM');
    await until(async () => (await seenBy(third)).kubernetes.role === 'leading');
    const handoverMs = performance.now() - endedAt;
    t.comment(`handover after ${Math.round(handoverMs)} ms`);
    t.ok(handoverMs < 5_000, 'at once');
    const { spec } = await server.make('GET', LEASE);
    t.match(spec, { holderIdentity: /^third_/, leaseDurationSeconds: 10 });
    third.running.child.kill('SIGTERM');
    await third.running.ended;
  });

  await t.test('verdicts that change become Events, and repeat as a count', async (t) => {
    const simulator = await startSimulator();
    t.teardown(() => simulator.close());
    const config = configOf(t, simulator.url, `kubernetes: { kubeconfig: ${kubeconfig}, events: true }`);
    const replica = await replicaOf(t, config, 'writer');
    await until(async () => (await replica.get('/health/main')).status === 200);
    await simulator.setFault('port-refused');
    const down = await eventOf(server, 'AgentPortDown');
    t.match(down, {
      type: 'Warning',
      count: 1,
      message: /^agent-port of controller main is down at step port-connect: .*\(agent-port-refused\)$/,
      involvedObject: { kind: 'Pod', name: 'writer', namespace: 'probe', uid: 'uid-of-writer' },
      source: { component: 'jenkins-agent-probe', host: 'writer' },
    });
    await simulator.setFault('none');
    t.match(await eventOf(server, 'AgentPortUp'), {
      type: 'Normal',
      message: 'agent-port of controller main is up',
    });
    t.equal(await replica.metric('kubernetes_events_total{outcome="written"}'), 2);
    t.notMatch((await replica.get('/metrics')).text, /token-\d/, 'no token is shown');
    replica.running.child.kill('SIGTERM');
    t.notMatch((await replica.running.ended).stderr, /token-\d/);
  });

  await t.test(
    'without the permissions: each feature is off, and the replica probes for itself',
    async (t) => {
      const simulator = await startSimulator();
      t.teardown(() => simulator.close());
      const refused = server.kubeconfig(USERS[1], { namespace: 'probe' });
      const section = `kubernetes: { kubeconfig: ${refused}, lease: {}, events: true }`;
      const replica = await replicaOf(t, configOf(t, simulator.url, section), 'refused');
      await until(async () => (await replica.get('/health/main')).status === 200);
      const { kubernetes } = await seenBy(replica);
      t.equal(kubernetes.role, 'alone');
      t.match(kubernetes.features, [
        { feature: 'lease', state: 'denied' },
        { feature: 'events', state: 'starting' },
      ]);
      await simulator.setFault('port-refused');
      await until(async () =>
        (await seenBy(replica)).kubernetes.features.every(({ state }) => state === 'denied'),
      );
      t.equal((await replica.get('/health/main')).status, 503, 'the verdicts are its own');
      t.strictSame(await replica.metric('kubernetes_working{feature="events"}'), 0);
      replica.running.child.kill('SIGTERM');
      await replica.running.ended;
    },
  );

  await t.test('the Kubernetes client is loaded where it is asked for, and nowhere else', async (t) => {
    const simulator = await startSimulator();
    t.teardown(() => simulator.close());
    const tell = {
      NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(TELL_LOADED)}"`,
    };
    const without = await replicaOf(t, configOf(t, simulator.url, ''), 'without', tell);
    const section = `kubernetes: { kubeconfig: ${kubeconfig}, lease: {} }`;
    const within = await replicaOf(t, configOf(t, simulator.url, section), 'within', tell);
    for (const each of [without, within]) {
      await until(async () => (await each.get('/health/main')).status === 200);
    }
    const [bare, full] = [without, within].map(({ running }) => residentBytes(running.child.pid ?? 0));
    t.comment(`resident memory ${mebibytes(bare)} MiB without, ${mebibytes(full)} MiB with`);
    t.ok((bare ?? 0) < (full ?? 0), 'it costs memory only where it is used');
    for (const { running } of [without, within]) running.child.kill('SIGTERM');
    t.match((await within.running.ended).stderr, LOADED);
    const { stderr } = await without.running.ended;
    t.match(stderr, /loaded .*\/src\/daemon\/daemon\.ts/);
    t.notMatch(stderr, LOADED, 'no file of it is loaded');
  });
});

async function connectionsIn(
  { counts }: { readonly counts: { readonly agentPortConnections: number } },
  ms: number,
): Promise<{ agentPort: number }> {
  const before = counts.agentPortConnections;
  await new Promise((resolve) => setTimeout(resolve, ms));
  return { agentPort: counts.agentPortConnections - before };
}

// biome-ignore lint/suspicious/noExplicitAny: an object of the cluster.
function eventOf(server: ApiServer, reason: string): Promise<any> {
  return until(async () => {
    const { items } = await server.make('GET', '/api/v1/namespaces/probe/events');
    return items.find((each: { readonly reason: string }) => each.reason === reason);
  });
}

function residentBytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}

function mebibytes(bytes: number | undefined): number {
  return Math.round((bytes ?? 0) / 2 ** 20);
}
