import t from 'tap';
import { diagnosisOf } from '../../src/catalogue/diagnosis.ts';
import { readAgentLog } from '../../src/logs/agent-log.ts';
import type { StepName } from '../../src/model/result.ts';
import type { Reason } from '../../src/protocol/reason.ts';
import { reportOfLog, withLog } from '../../src/report/log-report.ts';
import type { Report } from '../../src/report/report.ts';
import { reportWith } from './reports.ts';

const REFUSED =
  'java.io.IOException: https://j.example.com/ provided port:50000 is not reachable on host j.example.com\nCaused by: java.net.ConnectException: Connection refused';
const PROXY =
  'java.io.IOException: Failed to connect to agents.example.com:50000 through proxy proxy.example.com/10.0.0.9:3128';
const UNKNOWN =
  'INFO: [JNLP4-connect connection to a/10.0.0.7:50000] Local headers refused by remote: Unknown client name: pod-1';
const IDLE = 'INFO: Connected\nINFO: Ping failed. Terminating the channel pod-1.';

function report(reason: Reason | null): Report {
  const step = (name: StepName, failed: Reason | null) =>
    ({
      step: name,
      entrypoint: 'agent-port',
      address: '10.0.0.7:50000',
      outcome: failed === null ? 'ok' : 'failed',
      reason: failed,
      durationMs: 1,
      detail: failed ?? 'connected',
    }) as const;
  return reportWith({
    verdict: reason === null ? 'reachable' : 'unreachable',
    diagnoses: reason === null ? [] : [diagnosisOf(reason, ['seen'], { confidence: 'likely' })],
    steps: [step('port-connect', reason)],
  });
}

t.test('log and probes that agree are surer than either, and never surer than the catalogue', async (t) => {
  const proxy = withLog(report('proxy-unreachable'), readAgentLog(PROXY));
  t.match(proxy.diagnoses, [{ code: 'proxy-unreachable', confidence: 'certain' }]);
  const both = withLog(report('agent-port-refused'), readAgentLog(REFUSED));
  t.equal(both.log?.agrees, true);
  t.match(both.log?.findings, [{ agrees: true, comment: /the probes from here found the same/ }]);
  t.match(both.diagnoses, [{ code: 'agent-port-refused', confidence: 'likely' }]);
  t.match(both.diagnoses[0]?.evidence, ['seen', /^log line \d: .*/]);
  t.equal(both.diagnoses.length, 1, 'no code twice');
});

t.test('a hop that works from here is a contradiction in words, and no more than possible', async (t) => {
  const both = withLog(report(null), readAgentLog(REFUSED));
  t.equal(both.log?.agrees, false);
  t.equal(
    both.log?.findings[0]?.comment,
    'the log shows: The agent port refuses connections; from here that hop works: port-connect at 10.0.0.7:50000: connected',
  );
  t.match(both.diagnoses, [{ code: 'agent-port-refused', confidence: 'possible' }]);
  t.match(both.diagnoses[0]?.evidence.at(-1), /from here that hop works/);
  t.equal(both.verdict, 'degraded', 'never reachable while the agent fails');
});

t.test('what differs is said where the agent fails and the probes do not', async (t) => {
  const log = [
    'INFO: Locating server among [https://j.example.com/]',
    'INFO: Agent discovery successful',
    '  Agent address: agents.example.com',
    '  Agent port:    50001',
    'INFO: Something that no table knows: it failed',
  ].join('\n');
  const both = withLog(report(null), readAgentLog(log));
  t.equal(both.verdict, 'degraded', 'although no known message says why');
  t.match(both.log?.differences, [
    /The agent fails at the end of its log/,
    /The agent uses agents\.example\.com:50001; the probes used port 50000\./,
  ]);
  t.match(both.log?.unexplained, { quote: /Something that no table knows/ });
  t.strictSame(withLog(report(null), readAgentLog('INFO: Connected')).log?.differences, []);
});

t.test('what no probe looked at is a diagnosis of the log alone', async (t) => {
  for (const [log, code] of [
    [UNKNOWN, 'unknown-client-name'],
    [IDLE, 'lb-idle-timeout-tcp'],
  ] as const) {
    const both = withLog(report(null), readAgentLog(log));
    t.equal(both.log?.agrees, null);
    t.match(both.diagnoses, [{ code }]);
    t.equal(both.verdict, 'degraded');
  }
});

t.test('what is past is told, and is no diagnosis', async (t) => {
  const both = withLog(report(null), readAgentLog(`${REFUSED}\nINFO: Connected`));
  t.match(both.log?.findings, [{ past: true, agrees: null, comment: 'the agent connected after that' }]);
  t.strictSame(both.diagnoses, []);
  t.equal(both.verdict, 'reachable');
});

t.test('the verdict of a log alone', async (t) => {
  const verdict = (log: string) => reportOfLog(readAgentLog(log), 0).verdict;
  t.equal(verdict(REFUSED), 'unreachable');
  t.equal(verdict('INFO: Connected'), 'reachable');
  t.equal(verdict(IDLE), 'degraded');
  t.equal(verdict('INFO: Connected\nSEVERE: nothing that is known'), 'unknown', 'no all-clear');
  t.equal(verdict('INFO: Connected\nINFO: Terminated\nINFO: Connected'), 'degraded', 'lost once');
  t.equal(verdict('nothing of ours'), 'unknown');
  t.equal(verdict(''), 'unknown');
  const named = reportOfLog(readAgentLog('INFO: Locating server among [https://j.example.com/]'), 0);
  t.match(named, { controller: 'j.example.com', startedAt: '1970-01-01T00:00:00.000Z', steps: [] });
});
