import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import type { StepResult } from '../../src/model/result.ts';
import { probeAgentPort } from '../../src/probe/agent-port/probe-agent-port.ts';
import { probeWeb } from '../../src/probe/web/probe-web.ts';
import { simulate } from './simulated.ts';
import { targetOf } from './target.ts';

const SCRIPT = fileURLToPath(new URL('./probing-process.ts', import.meta.url));

interface Printed {
  readonly success: boolean;
  readonly inconclusive: string | null;
  readonly steps: readonly StepResult[];
}

/** Runs the process that probes once. @param before words before the command */
function probing(t: Test, words: readonly string[], before: readonly string[] = []): ChildProcess {
  const [program = '', ...rest] = [...before, process.execPath, SCRIPT, ...words];
  const child = spawn(program, rest, { stdio: 'pipe' });
  t.teardown(() => child.kill('SIGKILL'));
  return child;
}

async function resultOf(child: ChildProcess): Promise<Printed> {
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  await once(child, 'close');
  return JSON.parse(text.trim().split('\n').at(-1) ?? '{}');
}

/** Returns the steps that say something against the controller. */
function judged({ steps }: Pick<Printed, 'steps'>) {
  return steps.filter(({ outcome }) => outcome === 'failed' || outcome === 'warning');
}

/** Starts a server on a free port of this address. @param serve gets each connection with its first bytes */
async function listen(t: Test, serve: (socket: Socket, first: Buffer) => void, host = '127.0.0.1', port = 0) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.once('data', (first) => serve(socket, first));
  });
  server.listen(port, host);
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Stops a process and continues it, several times. */
async function stop(child: ChildProcess, ms: number, times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    child.kill('SIGSTOP');
    await pause(ms);
    child.kill('SIGCONT');
    await pause(30);
  }
}

/** Stalls the event loop of this process. */
function stall(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

for (const [name, ms, times] of [
  ['for longer than the timeout', 3000, 1],
  ['for a part of the limit of one step', 500, 1],
  ['for several short times', 120, 4],
] as const) {
  t.test(`a time-out of a process that was stopped ${name} is inconclusive`, async (t) => {
    const asked = Promise.withResolvers<void>();
    const port = await listen(t, (_socket, first) => {
      if (String(first).includes('Ping')) asked.resolve();
    });
    const child = probing(t, [`http://127.0.0.1:${port}/`, 'agent-port']);
    const result = resultOf(child);
    await asked.promise;
    await stop(child, ms, times);
    const { success, inconclusive, steps } = await result;
    t.same({ success, inconclusive }, { success: false, inconclusive: 'stalled' });
    t.notOk(
      steps.some(({ outcome }) => outcome === 'failed'),
      'no failure',
    );
  });
}

t.test('a warning of a process that was stopped is not kept, although the probe succeeds', async (t) => {
  const { simulator } = await simulate(t);
  const asked = Promise.withResolvers<void>();
  const port = await listen(t, (socket, first) => {
    // The hello is never answered.
    if (String(first).includes('GET ')) return asked.resolve();
    const onward = connect(simulator.agentPort, '127.0.0.1');
    onward.on('error', () => undefined).write(first);
    socket.pipe(onward).pipe(socket);
  });
  const child = probing(t, [`http://127.0.0.1:${port}/`, 'agent-port']);
  const result = resultOf(child);
  await asked.promise;
  await stop(child, 500);
  const { success, inconclusive, steps } = await result;
  t.same({ success, inconclusive }, { success: true, inconclusive: null });
  t.same(judged({ steps }), []);
});

t.test('one address of several that failed while this process was stalled is not judged', async (t) => {
  const { simulator } = await simulate(t);
  const other = await listen(t, () => stall(1000), '127.0.0.2', simulator.agentPort);
  const direct = { host: 'jenkins.example', port: other };
  const resolve = async () => [
    { address: '127.0.0.1', family: 4 as const },
    { address: '127.0.0.2', family: 4 as const },
  ];
  const result = await probeAgentPort(targetOf({ direct, timeoutMs: 4000 }), 'ping', null, { resolve });
  t.ok(result.success);
  t.same(judged(result), []);
});

t.test('a refused connection is a failure also for a process that was stalled', async (t) => {
  const port = await listen(t, () => undefined);
  const url = new URL(`http://127.0.0.2:${port}/`);
  const onStepBegin = (step: string) => {
    if (step === 'web-connect') stall(1200);
  };
  const result = await probeWeb(targetOf({ url }), { onStepBegin });
  t.match(judged(result), [{ step: 'web-connect', reason: 'discovery-connect-refused' }]);
  t.equal(result.inconclusive, null);
  t.ok(result.stalledMs >= 1000, `${result.stalledMs} ms`);
});

t.test('a time-out of a process that was not stalled is a failure', async (t) => {
  const port = await listen(t, () => undefined);
  const { inconclusive, steps } = await resultOf(probing(t, [`http://127.0.0.1:${port}/`]));
  t.match(judged({ steps }), [{ step: 'listener', reason: 'listener-timeout' }]);
  t.equal(inconclusive, null);
});

const LIMITED = ['sh', '-c', 'ulimit -n 128; exec "$@"', 'sh'];

for (const host of ['127.0.0.1', 'localhost']) {
  t.test(`a probe of ${host} without file descriptors is inconclusive`, async (t) => {
    const result = await resultOf(probing(t, [`http://${host}:9/`, 'exhausted'], LIMITED));
    t.equal(result.inconclusive, 'no-descriptors');
    t.same(judged(result), []);
  });
}

t.test('a lookup without file descriptors is inconclusive, even if they are free again', async (t) => {
  const result = await resultOf(probing(t, ['http://localhost:9/', 'while-looking-up'], LIMITED));
  t.equal(result.inconclusive, 'no-descriptors');
  t.same(judged(result), []);
});

const ISOLATED = ['unshare', '--map-root-user', '--net', 'sh', '-c'];
const ONE_PORT =
  'ip link set lo up && echo "61000 61000" > /proc/sys/net/ipv4/ip_local_port_range && exec "$@"';
const skip =
  spawnSync(ISOLATED[0] ?? '', [...ISOLATED.slice(1), ONE_PORT, 'sh', 'true']).status !== 0 &&
  'a network of its own needs unshare(1) and ip(8)';

t.test('a probe without a free local port is inconclusive', { skip }, async (t) => {
  const words = ['http://127.0.0.1:5000/', 'no-ports'];
  const result = await resultOf(probing(t, words, [...ISOLATED, ONE_PORT, 'sh']));
  t.equal(result.inconclusive, 'no-local-port');
  t.same(judged(result), []);
});
