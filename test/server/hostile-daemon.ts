import { pino } from 'pino';
import { loadSettings } from '../../src/config/load.ts';
import { startDaemon } from '../../src/serve/daemon.ts';

/** What a daemon in a process of its own says of itself. */
export interface Measure {
  readonly heapUsed: number;
  readonly resources: readonly string[];
}

// Run with --expose-gc by watched-daemon.ts: node hostile-daemon.ts CONFIG. Asked over IPC, it measures itself.
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
