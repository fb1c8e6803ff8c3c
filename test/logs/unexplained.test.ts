import t from 'tap';
import { readAgentLog } from '../../src/logs/agent-log.ts';

t.test('where nothing is known, the last grave message is quoted with its causes', async (t) => {
  const log = [
    'SEVERE: the first',
    'SEVERE: the last, of agent -secret hunter2',
    'java.lang.IllegalStateException: outer',
    'Caused by: java.io.IOException: inner',
    'WARNING: less grave',
  ].join('\n');
  const { findings, unexplained, kind } = readAgentLog(log);
  t.strictSame(findings, []);
  t.equal(kind, 'unknown');
  t.strictSame(unexplained, {
    line: 2,
    quote: 'SEVERE: the last, of agent -secret ***',
    causes: ['java.lang.IllegalStateException: outer', 'Caused by: java.io.IOException: inner'],
  });
});

t.test('a warning or an exception where nothing is SEVERE; null where all is quiet', async (t) => {
  t.match(readAgentLog('INFO: fine\nWARNING: odd\nINFO: fine').unexplained, { line: 2 });
  t.match(readAgentLog('fine\nit failed\nfine').unexplained, { line: 2 });
  t.equal(readAgentLog('INFO: fine').unexplained, null);
  t.equal(readAgentLog('WARNING: System::setSecurityManager will be removed').unexplained, null);
  t.equal(readAgentLog('').unexplained, null);
});

t.test('a connected agent is well unless something grave was said since', async (t) => {
  t.equal(readAgentLog('SEVERE: odd\nINFO: Connected').unexplained, null);
  t.match(readAgentLog('INFO: Connected\nSEVERE: odd').unexplained, { line: 2 });
});

t.test('what kind of log it is', async (t) => {
  for (const [log, kind] of [
    ['INFO: Locating server among [http://j/]', 'agent'],
    ['2026-06-01 10:00:01.123+0000 [id=1]\tINFO\thudson.WebAppMain$3#run: Jenkins is fully up', 'controller'],
    ['[Pipeline] node\nINFO: Setting up agent: quoted by the plugin', 'build'],
    ['Warning  FailedScheduling  pod/a  0/3 nodes', 'kubernetes'],
    ['2026/06/01 10:00:01 [error] 31#31: broken header while reading PROXY protocol', 'ingress-nginx'],
    ['anything', 'unknown'],
  ] as const) {
    t.equal(readAgentLog(log).kind, kind, log);
  }
});

t.test('a log with words of trouble is never passed over in silence', async (t) => {
  for (const line of [
    'upstream timed out',
    'Warning   Evicted   pod/shop   The node was low on resource',
    '      Reason:       OOMKilled',
    'Back-off restarting failed container shop',
    '2026/06/01 10:00:00 [error] 1#1: something',
    'exited with code 3',
    'it could not start',
  ]) {
    const { findings, unexplained } = readAgentLog(`fine\n${line}\nfine`);
    t.ok(findings.length > 0 || unexplained?.line === 2, line);
  }
});
