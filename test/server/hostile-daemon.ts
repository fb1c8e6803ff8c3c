import { pino } from 'pino';
import { loadSettings } from '../../src/config/load.ts';
import { startDaemon } from '../../src/serve/daemon.ts';

/** The measurements of a daemon in a separate process. */
export interface Measure {
  readonly heapUsed: number;
  readonly resources: readonly string[];
}

// watched-daemon.ts starts this with --expose-gc: node hostile-daemon.ts CONFIG. It measures itself on a message over
// IPC.
const [, , file] = process.argv;
if (file !== undefined) {
  const settings = loadSettings({ file, env: {} });
  const daemon = await startDaemon(settings, { logger: pino({ level: 'silent' }) });
  process.on('message', () => {
    globalThis.gc?.();
    const { heapUsed } = process.memoryUsage();
    process.send?.({ heapUsed, resources: process.getActiveResourcesInfo() });
  });
  process.send?.({ port: daemon.address.port });
}
