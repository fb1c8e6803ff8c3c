import t from 'tap';
import { isFrame, julHeadOf, julLevelOf, oneLineHeadOf } from '../../src/logs/head.ts';

t.test('the two lines of java.util.logging are recognised by their structure', async (t) => {
  for (const date of [
    'Jun 01, 2026 9:59:26 AM',
    'Juni 01, 2026 9:59:26 VORM.',
    '6月 01, 2026 9:59:26 午前',
  ]) {
    t.match(julHeadOf(`${date} hudson.remoting.Launcher$CuiListener status`), {
      source: 'hudson.remoting.Launcher$CuiListener status',
      level: null,
      date,
    });
  }
  t.match(julHeadOf('Aug 07, 2019 8:19:22 AM INFO org.example.Cloud provision'), { level: 'info' });
  t.match(julHeadOf('٠١ يونيو ٢٠٢٦ ٩:٥٩:٢٦ ص hudson.remoting.Engine <init>'), { level: null });
  for (const line of [
    'Failed to connect to jenkins.example.com port',
    'hudson.remoting.Engine run',
    '10:00:00 the class java.lang.String is gone',
    '',
  ]) {
    t.equal(julHeadOf(line), null, line);
  }
});

t.test('the level is any word before a colon; its severity is known in many languages', async (t) => {
  t.strictSame(julLevelOf('WARNING: Connect timed out'), { level: 'warning', message: 'Connect timed out' });
  t.strictSame(julLevelOf('SCHWERWIEGEND: x'), { level: 'severe', message: 'x' });
  t.strictSame(julLevelOf('情報: Connected'), { level: 'info', message: 'Connected' });
  t.strictSame(julLevelOf('AM FEINSTEN: x'), { level: 'fine', message: 'x' });
  t.strictSame(julLevelOf('SEVERE:'), { level: 'severe', message: '' }, 'an empty message');
  t.strictSame(julLevelOf('ΠΛΗΡΟΦΟΡΙΑ: x'), { level: null, message: 'x' }, 'a word that nobody knows');
  t.equal(julLevelOf('java.io.IOException: x'), null);
  t.equal(julLevelOf('http://a/'), null);
});

t.test('one-line heads of the controller and of logging libraries', async (t) => {
  t.match(oneLineHeadOf('[id=42]\tINFO\th.TcpSlaveAgentListener$ConnectionHandler#run: Accepted'), {
    source: 'h.TcpSlaveAgentListener$ConnectionHandler#run',
    level: 'info',
    message: 'Accepted',
  });
  t.match(oneLineHeadOf('INFO hudson.remoting.Launcher createEngine Setting up agent: a1'), {
    source: 'hudson.remoting.Launcher createEngine',
    message: 'Setting up agent: a1',
  });
  t.match(oneLineHeadOf('[main] WARN  h.r.e.JnlpAgentEndpointResolver - Connect timed out'), {
    level: 'warning',
    message: 'Connect timed out',
  });
  t.match(oneLineHeadOf('WARN [org.jenkinsci.remoting.engine.X] (Thread-0) Connect timed out'), {
    message: 'Connect timed out',
  });
  t.match(oneLineHeadOf('[WARNING] org.jenkinsci.remoting.engine.X isPortVisible: no'), {
    source: 'org.jenkinsci.remoting.engine.X isPortVisible',
    message: 'no',
  });
  t.equal(oneLineHeadOf('the launcher class hudson.plugins.sshslaves.SSHLauncher does not'), null);
  t.equal(
    oneLineHeadOf('WARNING: Rejecting connection to builder as the class hudson.plugins.ssh.Launcher is'),
    null,
    'a class in a sentence is no logger',
  );
});

t.test('stack frames', async (t) => {
  t.ok(isFrame('\tat hudson.remoting.Engine.run(Engine.java:1)'));
  t.ok(isFrame('        at java.base/java.lang.String.charAt(String.java:1555)'));
  t.ok(isFrame('\t... 3 more'));
  t.ok(isFrame('at hudson.remoting.Engine.run(Engine.java:1)'), 'its indentation was lost');
  t.notOk(isFrame('at the end of the day'));
});
