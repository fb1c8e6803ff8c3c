// The daemon of the soak: node --expose-gc bench/soak/daemon-process.ts CONFIG SPEED. Its clock runs SPEED times as fast;
// sockets, name lookups and the timeouts of probes are real. Asked over IPC, it measures itself.
import { performance } from 'node:perf_hooks';
import { pino } from 'pino';
import { loadSettings } from '../../src/config/load.ts';
import { systemClock } from '../../src/daemon/system-clock.ts';
import type { Clock } from '../../src/model/clock.ts';
import { startDaemon } from '../../src/serve/daemon.ts';
import { measureHere } from './sample.ts';

const [, , file = '', speed = '1'] = process.argv;
const factor = Number(speed);
const clock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now() * factor,
  setTimer: (ms, fire) => systemClock.setTimer(ms / factor, fire),
};
const logger = pino(pino.destination('/dev/null'));
const daemon = await startDaemon(loadSettings({ file, env: {} }), { logger, clock });
process.on('message', () => process.send?.(measureHere()));
process.on('disconnect', () => process.exit());
process.send?.(daemon.address.port);
