import t from 'tap';
import { readStream } from '../../src/logs/claims.ts';
import { readRecords } from '../../src/logs/records.ts';

const LISTENER = 'hudson.remoting.Launcher$CuiListener status';
const ACK = 'org.jenkinsci.remoting.protocol.impl.AckFilterLayer';
const entry = (clock: string, source: string, message: string) =>
  `Jun 01, 2026 9:${clock} AM ${source}\n${message}`;
const claims = (...entries: readonly string[]) =>
  readStream(readRecords(entries.join('\n')).records).claims.map(({ meaning }) => meaning[0]);

const begin = (clock: string) => entry(clock, LISTENER, 'INFO: Locating server among [http://j/]');
const speak = (clock: string) => entry(clock, LISTENER, 'INFO: Trying protocol: JNLP4-connect');
const CLOSED =
  'INFO: Protocol JNLP4-connect encountered an unexpected exception\njava.util.concurrent.ExecutionException: org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Connection closed before acknowledgement sent';
const timer = (clock: string) => entry(clock, `${ACK} lambda$start$0`, 'INFO: Timeout waiting for ACK');

t.test('closed or silent is decided by how long the attempt took', async (t) => {
  const closed = [begin('00:00'), speak('00:00'), entry('00:00', LISTENER, CLOSED)];
  t.strictSame(claims(...closed), ['l4-accept-then-close']);
  t.strictSame(claims(...closed, timer('00:10')), ['l4-accept-then-close'], 'the timer adds nothing');
  t.strictSame(
    claims(...closed, begin('00:10'), speak('00:10'), timer('00:10'), entry('00:10', LISTENER, CLOSED)),
    ['l4-accept-then-close', 'l4-accept-then-close'],
    'nor does that of the attempt before',
  );
  const silent = [begin('00:00'), speak('00:00'), timer('00:10'), entry('00:10', LISTENER, CLOSED)];
  t.strictSame(claims(...silent), ['listener-accepts-but-silent']);
});

t.test('the bytes that came outrank everything else in an attempt', async (t) => {
  const bytes = entry(
    '00:01',
    `${ACK} abort`,
    'WARNING: [JNLP4-connect connection to j/10.0.0.7:50000] Incorrect acknowledgement sequence, expected 0x000341434b got 0x485454502f',
  );
  t.strictSame(claims(begin('00:00'), speak('00:00'), bytes, entry('00:01', LISTENER, CLOSED)), [
    'alb-or-http-lb-on-50000',
  ]);
});

t.test('words of Java count in what an agent wrote, and nowhere else', async (t) => {
  const pkix = 'java.io.IOException: PKIX path building failed: x';
  t.strictSame(claims(entry('00:00', 'hudson.model.UpdateSite update', `WARNING: no\n${pkix}`)), []);
  t.strictSame(claims(begin('00:00'), entry('00:01', LISTENER, `SEVERE: no\n${pkix}`)), ['cert-unknown-ca']);
  t.strictSame(claims(pkix), [], 'alone they may be any program');
  t.strictSame(claims('Caused by: java.net.UnknownHostException: x', begin('00:00')), [], 'its head is lost');
});

t.test('a name that does not resolve is all that the look at the port logs', async (t) => {
  const look = 'org.jenkinsci.remoting.engine.JnlpAgentEndpointResolver isPortVisible';
  const failed =
    'INFO: Could not locate server among [http://j/]\njava.io.IOException: http://j/ provided port:50000 is not reachable on host agents';
  t.strictSame(
    claims(begin('00:00'), entry('00:01', look, 'WARNING: agents'), entry('00:01', LISTENER, failed)),
    ['dns-not-resolving'],
  );
});
