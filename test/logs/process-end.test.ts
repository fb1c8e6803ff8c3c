import t from 'tap';
import { readAgentLog } from '../../src/logs/agent-log.ts';
import { reportOfLog } from '../../src/report/log-report.ts';

const CONNECTED = [
  'INFO: Locating server among [https://jenkins.example.com/]',
  'INFO: Trying protocol: JNLP4-connect',
  'INFO: Connected',
];
const reportOf = (...lines: readonly string[]) => reportOfLog(readAgentLog(lines.join('\n')), 0);
const UNIT = 'May 09 15:50:01 b1 systemd[1]: jenkins-agent.service:';

t.test('an agent whose process ended after Connected is never reachable, and the end is told', async (t) => {
  for (const [line, code] of [
    ['Killed', 'agent-process-killed'],
    ['/usr/local/bin/jenkins-agent: line 137:     7 Killed     exec java -jar x', 'agent-process-killed'],
    ['jenkins-agent-1 exited with code 137', 'agent-process-killed'],
    ['jenkins-agent-1 exited with code 1', 'agent-process-failed'],
    ['command terminated with exit code 137', 'agent-process-killed'],
    [`${UNIT} Main process exited, code=killed, status=9/KILL`, 'agent-process-killed'],
    [`${UNIT} Main process exited, code=exited, status=1/FAILURE`, 'agent-process-failed'],
    [`${UNIT} Failed with result 'oom-kill'.`, 'agent-process-killed'],
    [`${UNIT} A process of this unit has been killed by the OOM killer.`, 'agent-process-killed'],
    ['Aborted (core dumped)', 'agent-process-failed'],
    ['Exception in thread "pool-1-thread-5" java.lang.NullPointerException', 'agent-process-failed'],
    ['java.lang.OutOfMemoryError: GC overhead limit exceeded', 'agent-process-failed'],
    ['java.lang.OutOfMemoryError: Direct buffer memory', 'agent-process-failed'],
  ] as const) {
    t.match(reportOf(...CONNECTED, line), { verdict: 'degraded', diagnoses: [{ code }] }, line);
  }
});

t.test('in words that no message knows it is at least not reachable', async (t) => {
  for (const line of [
    'supervisor: the program ended: Killed',
    'kernel: oom-kill: constraint=CONSTRAINT_MEMCG',
    'runner: done, exit code 3',
  ]) {
    const { verdict, log } = reportOf(...CONNECTED, line);
    t.equal(verdict, 'unknown', line);
    t.match(log, { unexplained: { line: 4 } }, line);
  }
});

t.test('a wanted stop, and an end before the agent connected, are no trouble', async (t) => {
  for (const line of [
    'jenkins-agent-1 exited with code 0',
    'jenkins-agent-1 exited with code 143',
    `${UNIT} Main process exited, code=killed, status=15/TERM`,
    `${UNIT} Main process exited, code=exited, status=143/n/a`,
  ]) {
    t.match(reportOf(...CONNECTED, line), { verdict: 'reachable', diagnoses: [] }, line);
  }
  for (const line of ['Killed', `${UNIT} Main process exited, code=killed, status=9/KILL`]) {
    const { diagnoses, verdict, log } = reportOf(
      'INFO: Locating server among [https://j/]',
      line,
      ...CONNECTED,
    );
    t.match({ diagnoses, verdict }, { diagnoses: [], verdict: 'reachable' }, line);
    t.match(log, { findings: [{ code: 'agent-process-killed', past: true }] }, line);
  }
});
