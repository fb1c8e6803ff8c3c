import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { type SimulatedController, startSimulator } from '../../src/simulator/simulator.ts';
import { freePort } from '../free-port.ts';
import type { Measure } from './hostile-daemon.ts';

const DAEMON = fileURLToPath(new URL('./hostile-daemon.ts', import.meta.url));

/** The approximate heap that Node.js uses in a container of 256 MiB. With more, uncollected garbage would count. */
const POD_HEAP = ['--max-old-space-size=128', '--max-semi-space-size=4'];

/** Waits until `look` returns true. The limit is the timeout of the test. */
export async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** A real daemon in a separate process, with its resource usage. */
export interface Watched {
  readonly port: number;
  readonly gate: number;
  readonly agentCheck: number;
  readonly slow: SimulatedController;
  handles(): number;
  /** The resident memory, in MiB. */
  residentMib(): number;
  measure(): Promise<Measure>;
  /** Resolves when the number of handles and timers is that of the start, and the heap after a full collection, too. */
  backToBase(t: Test): Promise<void>;
}

/** @param openFiles the limit of file descriptors; without it that of this process */
export async function daemonOf(t: Test, openFiles?: number): Promise<Watched> {
  const [healthy, slow] = await Promise.all([startSimulator(), startSimulator({ fault: 'port-silent' })]);
  t.teardown(() => Promise.all([healthy.close(), slow.close()]).then(() => undefined));
  const [gate, agentCheck] = [await freePort(), await freePort()];
  const place = (port: number) => `[{ controller: main, port: ${port}, entrypoint: agent-port }]`;
  const folder = t.testdir({
    'probe.yaml': [
      'listen: { host: 127.0.0.1, port: 0 }',
      // One probe and no more, so that only clients cause work.
      'probe: { timeout: 1s, rise: 1, fall: 1, cadence: { web: 1h, ping: 1h, handshake: off } }',
      `gate: ${place(gate)}`,
      `agentCheck: ${place(agentCheck)}`,
      `controllers: [{ name: main, url: '${healthy.url}' }, { name: slow, url: '${slow.url}' }]`,
      '',
    ].join('\n'),
  });
  const limit = openFiles === undefined ? '' : `ulimit -n ${openFiles}; `;
  const command = [process.execPath, '--expose-gc', ...POD_HEAP, DAEMON, `${folder}/probe.yaml`];
  const child: ChildProcess = spawn('sh', ['-c', `${limit}exec "$0" "$@"`, ...command], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const handles = () => readdirSync(`/proc/${child.pid}/fd`).length;
  const residentMib = () =>
    Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
  const measure = async () => {
    const answer = once(child, 'message');
    child.send('measure');
    return ((await answer) as [Measure])[0];
  };
  await until(async () => (await statusOf(port, '/readyz')) === 200 && (await canConnect(gate)));
  // Objects that the first use creates remain, so the base is measured after thousands of connections and a diagnosis.
  await flood(port, 1100, async () => undefined);
  await statusOf(port, '/diagnose?controller=main');
  await statusOf(port, '/metrics');
  let base: (Measure & { readonly handles: number }) | null = null;
  await until(async () => {
    const [before, now] = [base, { ...(await measure()), handles: handles() }];
    base = now;
    return (
      before !== null && before.handles === now.handles && before.resources.length === now.resources.length
    );
  });
  const at = base as unknown as Measure & { readonly handles: number };
  const backToBase = async (t: Test) => {
    await until(
      async () => handles() <= at.handles && (await measure()).resources.length <= at.resources.length,
    );
    const { heapUsed } = await measure();
    const grown = Math.round((heapUsed - at.heapUsed) / 1024);
    t.ok(grown < 3 * 1024, `the heap has grown by ${grown} KiB`);
    t.comment(
      `${handles()} handles as at first (${at.handles}), heap ${grown} KiB from ${at.heapUsed >> 10}`,
    );
    t.equal(await statusOf(port, '/health/main?entrypoint=agent-port'), 200, 'and it still serves');
  };
  return { port, gate, agentCheck, slow, handles, residentMib, measure, backToBase };
}

export async function statusOf(port: number, path: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } });
  await response.arrayBuffer();
  return response.status;
}

export async function canConnect(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const how = once(socket, 'connect').then(
    () => true,
    () => false,
  );
  const connected = await how;
  socket.destroy();
  return connected;
}

/** Opens a connection that sends nothing and stays open even if the peer closes. */
export function idle(port: number): Socket {
  return connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => undefined);
}

/**
 * Opens idle connections, runs a function, and closes them.
 * @param accepted the event that shows that the daemon has accepted one. A gate ends its side; its backlog is short.
 */
export async function flood<T>(
  port: number,
  count: number,
  meanwhile: (sockets: readonly Socket[]) => Promise<T>,
  accepted: 'connect' | 'end' = 'connect',
): Promise<T> {
  const sockets: Socket[] = [];
  try {
    while (sockets.length < count) {
      const some = Array.from({ length: accepted === 'end' ? 10 : 100 }, () => idle(port).resume());
      sockets.push(...some);
      await Promise.all(some.map((socket) => once(socket, accepted).catch(() => undefined)));
    }
    return await meanwhile(sockets);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}
