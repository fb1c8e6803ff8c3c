import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pino } from 'pino';
import { loadSettings } from '../../src/config/load.ts';
import { startDaemon } from '../../src/serve/daemon.ts';

/** The measurements of a daemon in a separate process. */
export interface Measure {
  readonly heapUsed: number;
  readonly resources: readonly string[];
  /** The longest that the event loop stood still since the last measure, in milliseconds. */
  readonly stoodMs: number;
}

// watched-daemon.ts starts this with --expose-gc: node hostile-daemon.ts CONFIG. It measures itself on a message over
// IPC.
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
