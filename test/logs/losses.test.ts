import t from 'tap';
import { readAgentLog } from '../../src/logs/agent-log.ts';

const at = (minutes: number, message: string) => {
  const clock = `${Math.floor(minutes / 60) + 1}:${String(Math.floor(minutes % 60)).padStart(2, '0')}:${String(Math.round((minutes % 1) * 60)).padStart(2, '0')}`;
  return `Jun 01, 2026 ${clock} AM hudson.remoting.Launcher$CuiListener status\nINFO: ${message}`;
};
const told = (...lines: readonly string[]) =>
  readAgentLog(lines.join('\n')).findings.filter(({ past }) => !past);

t.test('one loss', async (t) => {
  t.match(told(at(0, 'Connected'), at(5, 'Terminated')), [{ code: 'channel-lost', confidence: 'possible' }]);
  t.strictSame(
    told(at(0, 'Connected'), at(5, 'Disabled agent engine reconnects.'), at(5, 'Terminated')),
    [],
    'a wanted end is none',
  );
  t.match(told(at(0, 'Connected'), at(5, 'Terminated'), at(6, 'Connected')), [{ code: 'channel-lost' }]);
});

t.test('a restart of the controller explains a loss', async (t) => {
  const waiting =
    "Controller isn't ready to talk to us on http://j/tcpSlaveAgentListener/. Will try again: response code=503";
  t.strictSame(told(at(0, 'Connected'), at(5, 'Terminated'), at(6, waiting), at(7, 'Connected')), []);
});

t.test('repeated losses are a diagnosis of their own, with period, lifetimes and cause', async (t) => {
  const lives = [0, 10, 20].flatMap((start) => [
    at(start, 'Connected'),
    at(start + 4, 'Ping failed. Terminating the channel a.'),
    at(start + 4, 'Terminated'),
  ]);
  const [first, second] = told(...lives, at(30, 'Connected'));
  t.match(first, {
    code: 'channel-lost-repeatedly',
    count: 3,
    note: /lost 3 times, about every 10 min; it lasted 4 min, 4 min, 4 min; the lines before the end say why/,
    alternatives: ['lb-idle-timeout-tcp'],
  });
  t.equal(second?.code, 'lb-idle-timeout-tcp');
  t.strictSame(
    told(...lives, at(30, 'Connected'), at(300, 'something else')),
    [],
    'a connection that outlives them all is health',
  );
});
