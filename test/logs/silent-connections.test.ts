import t from 'tap';
import { readAgentLog } from '../../src/logs/agent-log.ts';

type Check = readonly [ms: number, from: string | null];

const checks = (periodMs: number, offsetMs: number, count: number, from: string | null): Check[] =>
  Array.from({ length: count }, (_, index) => [offsetMs + index * periodMs, from]);

/** A controller's log; an address of null is how controllers before 2.367 write it. */
function controllerLog(all: readonly Check[]): string {
  return [...all]
    .sort(([a], [b]) => a - b)
    .map(([ms, from], id) => {
      const clock = new Date(Date.UTC(2026, 5, 1) + ms).toISOString().slice(11, 23);
      const what = from === null ? 'failed: java.io.EOFException' : `from /${from}:40000 failed: null`;
      return `2026-06-01 ${clock}+0000 [id=${id}]\tINFO\th.TcpSlaveAgentListener$ConnectionHandler#run: Connection #${id} ${what}`;
    })
    .join('\n');
}

const noteOf = (...all: readonly Check[][]) => readAgentLog(controllerLog(all.flat())).findings[0]?.note;

t.test('interleaved checkers are told apart, by address and by rhythm', async (t) => {
  t.match(
    noteOf(checks(5000, 0, 10, '10.0.0.1'), checks(10_000, 3000, 10, '10.0.0.2')),
    /10\.0\.0\.1 every 5 s, 10\.0\.0\.2 every 10 s/,
  );
  t.match(
    noteOf(checks(10_000, 0, 10, null), checks(10_000, 3000, 10, null), checks(10_000, 7100, 10, null)),
    /every 10 s \(3 checkers\)/,
    'controllers before 2.367 log no address',
  );
  t.match(
    noteOf(checks(10_000, 0, 10, '10.0.0.1'), checks(10_000, 100, 10, '10.0.0.1')),
    /every 10 s \(2 checkers\)/,
  );
});

t.test('never every 0 s, and no period where there is none', async (t) => {
  t.match(noteOf(checks(1, 0, 10, '10.0.0.1')), /^10\.0\.0\.1 10 times$/);
  t.match(noteOf([0, 11_000, 90_000, 300_000, 310_000].map((ms) => [ms, '10.0.0.1'] as const)), /5 times$/);
});

t.test('the exception of controllers up to 2.180 stands on the next line', async (t) => {
  const log = [7, 8, 9, 10]
    .map(
      (id) =>
        `Mar 14, 2019 3:22:${id * 5} PM hudson.TcpSlaveAgentListener$ConnectionHandler run\nWARNING: Connection #${id} failed\njava.io.EOFException`,
    )
    .join('\n');
  t.match(readAgentLog(log).findings, [{ code: 'tcp-healthcheck-log-spam', count: 4, note: /every 5 s/ }]);
});
