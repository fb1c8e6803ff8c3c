import { monitorEventLoopDelay } from 'node:perf_hooks';
import t from 'tap';
import { LogReader } from '../../src/server/log-reader.ts';

const task = (log: string) => ({ log, report: null, now: 0 });

t.test('a log that takes long to read does not stop the event loop', async (t) => {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const line = 'INFO: Timeout waiting for ACK java.io.IOException: x\n';
  const report = await new LogReader().read(task(line.repeat(Math.floor((1024 * 1024) / line.length))));
  delay.disable();
  t.equal(report.diagnoses[0]?.code, 'ack-timeout');
  t.ok(delay.max / 1e6 < 500, `${Math.round(delay.max / 1e6)} ms`);
});

t.test('so many logs wait; more are refused, and the next one is read once there is room', async (t) => {
  const reader = new LogReader();
  const waiting = Array.from({ length: 4 }, () => reader.read(task('INFO: Connected')));
  t.throws(() => reader.read(task('one more')), { statusCode: 429, code: 'too-many-requests' });
  await Promise.all(waiting);
  t.equal((await reader.read(task('INFO: Connected'))).controller, 'log');
});
