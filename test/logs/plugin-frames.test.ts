import t from 'tap';
import { readAgentLog } from '../../src/logs/agent-log.ts';
import { MESSAGES } from '../../src/logs/messages/message-table.ts';
import { isOwnOfBuild } from '../../src/logs/plugin-frames.ts';

const BUILD = ['Started by user admin', '[Pipeline] sh', '+ make'];
const REST = ['[Pipeline] End of Pipeline', 'Finished: FAILURE'];
const foundIn = (...lines: readonly string[]) =>
  readAgentLog([...BUILD, ...lines, ...REST].join('\n')).findings.map(({ code }) => code);

t.test(
  'what a command of a build prints is no message of an agent, of the API server or of Java',
  async (t) => {
    const foreign = MESSAGES.filter(
      (message) => !isOwnOfBuild(message) && !message.text.includes('KubernetesClientException'),
    );
    t.ok(foreign.length > 150, `${foreign.length} messages`);
    const lines = foreign
      .map(({ text }) => text.replaceAll('…', ' 1 '))
      .filter((line) => !MESSAGES.some((each) => isOwnOfBuild(each) && line.includes(each.text)));
    for (const line of lines) {
      t.strictSame(foundIn(line), [], line);
      t.strictSame(foundIn(`SEVERE: ${line}`), [], `SEVERE: ${line}`);
    }
  },
);

t.test("the plugin's own frames are read: a refusal, an event, the last words of a container", async (t) => {
  const forbidden =
    'pods is forbidden: User "system:serviceaccount:ci:default" cannot create resource "pods"';
  t.strictSame(foundIn(forbidden), []);
  t.strictSame(foundIn(`ERROR: Unable to create pod ci/a. ${forbidden}`), ['rbac-pods-forbidden']);
  t.strictSame(
    foundIn(`Failure executing: POST at: https://k/api/v1/namespaces/ci/pods. Message: ${forbidden}`),
    ['rbac-pods-forbidden'],
  );
  t.strictSame(foundIn(`io.fabric8.kubernetes.client.KubernetesClientException: ${forbidden}`), [
    'rbac-pods-forbidden',
  ]);
  t.strictSame(foundIn('[Warning][ci/a][Failed] Error: ErrImagePull'), ['image-pull-backoff']);
  const missing = 'Error: Could not find or load main class hudson.remoting.jnlp.Main';
  t.strictSame(foundIn(missing), []);
  t.ok(
    foundIn('- jnlp -- terminated (1)', '-----Logs-------------', missing).includes('agent-process-failed'),
  );
  t.strictSame(
    foundIn('- jnlp -- terminated (0)', '[Pipeline] sh', missing),
    foundIn('- jnlp -- terminated (0)'),
    'the pipeline ends it',
  );
});

t.test('the word Connected of a command connects no agent', async (t) => {
  t.equal(readAgentLog([...BUILD, 'Connected', ...REST].join('\n')).connection, 'unknown');
});

t.test('another program of Java that does not start is no agent', async (t) => {
  for (const line of [
    'Error: Could not find or load main class com.acme.Main',
    'Error: Unable to access jarfile target/app.jar',
  ]) {
    t.strictSame(readAgentLog(line).findings, [], line);
  }
  for (const line of [
    'Error: Could not find or load main class hudson.remoting.jnlp.Main',
    'Error: Unable to access jarfile /usr/share/jenkins/agent.jar',
    'Error: Unable to access jarfile C:\\jenkins\\slave.jar',
  ]) {
    t.match(readAgentLog(line).findings, [{ code: 'agent-process-failed' }], line);
  }
});

t.test('only a class of remoting or of Jenkins fails to connect to an agent port', async (t) => {
  const log = (source: string) =>
    `May 09, 2025 3:44:49 PM ${source} connect\nSEVERE: Failed to connect to db.acme.test:50000\njava.net.ConnectException: Connection refused`;
  t.strictSame(readAgentLog(log('com.acme.AgentClient')).findings, []);
  t.match(readAgentLog(log('hudson.remoting.Launcher$CuiListener')).findings, [
    { code: 'agent-port-refused' },
  ]);
});

t.test('a disabled protocol is JNLP4 only where it names that', async (t) => {
  const aborted = (protocol: string) =>
    readAgentLog(`WARNING: Connection #1 is aborted: Disabled protocol:Protocol:${protocol}`).findings;
  t.match(aborted('JNLP4-connect'), [{ code: 'jnlp4-disabled' }]);
  t.match(aborted('JNLP2-connect'), [{ code: 'legacy-agent-protocols' }]);
  t.strictSame(aborted('Ping'), []);
});

t.test('a controller that stops loses its channels on purpose, until it is up again', async (t) => {
  const at = (text: string) => `2025-05-09 15:44:48.123+0000 [id=24]\tINFO\t${text}`;
  const stopping = at('hudson.lifecycle.Lifecycle#onStatusUpdate: Stopping Jenkins');
  const up = at('hudson.WebAppMain$3#run: Jenkins is fully up and running');
  const lost = at(
    'j.s.DefaultJnlpSlaveReceiver#channelClosed: Computer.threadPoolForRemoting [#3] for a-1 terminated: java.nio.channels.ClosedChannelException',
  );
  t.strictSame(readAgentLog([stopping, lost].join('\n')).findings, []);
  t.match(readAgentLog([stopping, up, lost].join('\n')).findings, [{ code: 'channel-lost' }]);
});
