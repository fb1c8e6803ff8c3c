import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/**
 * A port on which connecting hangs, as behind a firewall that drops packets. Linux leaves a SYN unanswered when the
 * listener's queue of finished handshakes is full, so a thread listens with the shortest queue there is and then stands
 * still, never accepting; connections of our own fill the queue.
 */
export async function openFilteredPort(host: string, port: number): Promise<() => Promise<void>> {
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { role: ROLE, host, port },
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

const ROLE = 'simulator-filtered-port';
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

/** The thread's part: listens, says so, and stands still until it is terminated. */
function listenAndStandStill(host: string, port: number): void {
  createServer().listen({ host, port, backlog: 1 }, () => {
    parentPort?.postMessage('listening');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
}

if (!isMainThread && workerData?.role === ROLE) listenAndStandStill(workerData.host, workerData.port);
