import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/**
 * A port on which connecting hangs, as behind a firewall that drops packets. Linux leaves a SYN unanswered when the
 * listener's queue of finished handshakes is full, so a thread listens with the shortest queue there is and then stands
 * still, never accepting; connections of our own fill the queue.
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
/** On the loopback a handshake takes microseconds; one that takes this long is not going to happen. */
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
 * The thread's part: listens, says so, and stands still until it is terminated. The thread is given its source, which
 * therefore uses nothing of this file.
 */
function listenAndStandStill(where: { host: string; port: number }): void {
  const { createServer } = process.getBuiltinModule('node:net');
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  createServer().listen({ ...where, backlog: 1 }, () => {
    parentPort?.postMessage('listening');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
}
