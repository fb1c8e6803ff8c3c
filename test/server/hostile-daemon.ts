import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pino } from 'pino';
import { loadSettings } from '../../src/config/load.ts';
import { startDaemon } from '../../src/serve/daemon.ts';

/** What a daemon in a process of its own says of itself. */
export interface Measure {
  readonly heapUsed: number;
  readonly resources: readonly string[];
  /** The longest that the event loop stood still since the last measure, in milliseconds. */
  readonly stoodMs: number;
}

// Run with --expose-gc by watched-daemon.ts: node hostile-daemon.ts CONFIG. Asked over IPC, it measures itself.
const [, , file] = process.argv;
if (file !== undefined) {
  const settings = loadSettings({ file, env: {} });
  const daemon = await startDaemon(settings, { logger: pino({ level: 'silent' }) });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  process.on('message', () => {
    const stoodMs = Math.round(delay.max / 1e6);
    globalThis.gc?.();
    const { heapUsed } = process.memoryUsage();
    process.send?.({ heapUsed, resources: process.getActiveResourcesInfo(), stoodMs });
    delay.reset();
  });
  process.send?.({ port: daemon.address.port });
}
