import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/**
 * Opens a port on which connections time out, as behind a firewall that drops packets. Linux does not answer a SYN if the
 * listener's queue of finished handshakes is full. Therefore a thread listens with the shortest queue and blocks without
 * accepting, and connections from here fill the queue.
 */
export async function openFilteredPort(host: string, port: number): Promise<() => Promise<void>> {
  const worker = new Worker(`(${listenAndStandStill})(${JSON.stringify({ host, port })})`, {
    eval: true,
    execArgv: [],
  });
  await once(worker, 'message');
  const fillers: Socket[] = [];
  let full = false;
  while (!full && fillers.length < MAX_FILLERS) {
    const filler = connect({ host, port });
    filler.on('error', () => filler.destroy());
    fillers.push(filler);
    full = !(await connectsWithin(filler, FILL_MS));
  }
  return async () => {
    for (const filler of fillers) filler.destroy();
    await worker.terminate();
  };
}

const MAX_FILLERS = 16;
/** A handshake that takes this long is unanswered: on the loopback it takes microseconds. */
const FILL_MS = 100;

function connectsWithin(socket: Socket, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

/**
 * Runs in the thread: listens, sends a message, and blocks until it is terminated. The thread receives its source, which
 * therefore must not use other parts of this file.
 */
function listenAndStandStill(where: { host: string; port: number }): void {
  const { createServer } = process.getBuiltinModule('node:net');
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  createServer().listen({ ...where, backlog: 1 }, () => {
    parentPort?.postMessage('listening');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
}
