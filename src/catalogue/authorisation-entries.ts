import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('authorisation');

/** The controller's answers to the name and secret of an agent. */
export const AUTHORISATION_ENTRIES = {
  'headers-refused': error('likely', {
    title: 'The controller rejects the agent',
    cause: 'The controller gives its own reason: see the evidence.',
    remedy: [
      'Follow the reason in the evidence.',
      'Check the controller log: the same line has more detail there.',
    ],
    agentLog: [
      'INFO: [JNLP4-connect connection to agents.example.com/10.0.0.7:50000] Local headers refused by remote: Failed to disconnect the current client',
    ],
    controllerLog: [
      'INFO: [JNLP4-connect connection from 10.0.0.1/10.0.0.1:40000] Refusing headers from remote: Failed to disconnect the current client',
    ],
    observedAlone: 'possible',
  }),
  'unknown-client-name': error('certain', {
    title: 'The controller does not know this agent name',
    cause:
      'The network is fine. The node was deleted (its pod still runs, or the controller was restored without it), the name is wrong, or this is another controller.',
    remedy: [
      'Correct the agent name, or create the node.',
      'If the node was deleted, delete its orphaned pod: `kubectl -n AGENTS delete pod POD`.',
      'Check that the URL points to the right controller.',
    ],
    agentLog: [
      'INFO: [JNLP4-connect connection to agents.example.com/10.0.0.7:50000] Local headers refused by remote: Unknown client name: pod-1',
    ],
    controllerLog: [
      'INFO: [JNLP4-connect connection from 10.0.0.1/10.0.0.1:40000] Refusing headers from remote: Unknown client name: pod-1',
      'WARNING: no such agent pod-1',
    ],
    next: ['agent-connect-timeout', 'pod-deleted-under-agent'],
    hints: ['Check the list of nodes on the controller: was it restored or restarted without this node?'],
  }),
  'wrong-secret': error('certain', {
    title: 'The secret of the agent is wrong',
    cause:
      'The network is fine and the name is known, but the secret is old. The node was created again, or the controller was restored without its secrets directory (then every agent fails).',
    remedy: [
      'Copy the secret again from the page of the node: `https://jenkins.example.com/computer/NAME/`.',
      'If every agent fails, restore the directory `secrets/` of the controller.',
    ],
    agentLog: [
      'INFO: [JNLP4-connect connection to agents.example.com/10.0.0.7:50000] Local headers refused by remote: Authorization failure',
    ],
    controllerLog: [
      'WARNING: An attempt was made to connect as pod-1 from 10.0.0.1/10.0.0.1:40000 with an incorrect secret',
      'WARNING: incorrect secret for pod-1',
    ],
  }),
  'already-connected': warning('certain', {
    title: 'The agent is already connected',
    cause:
      'Name and secret are right, but the controller already has a channel of that name. Another process uses the name, or the controller has not noticed a broken connection yet (up to 9 minutes).',
    remedy: [
      'Give the probe its own node that no real agent uses.',
      'If a real agent fails, stop the second process, or shorten the ping on the controller: `-Dhudson.slaves.ChannelPinger.pingIntervalSeconds=30`.',
    ],
    agentLog: [
      'INFO: [JNLP4-connect connection to agents.example.com/10.0.0.7:50000] Local headers refused by remote: pod-1 is already connected to this controller. Rejecting this connection.',
    ],
    controllerLog: [
      'INFO: [JNLP4-connect connection from 10.0.0.1/10.0.0.1:40000] Refusing headers from remote: pod-1 is already connected to this controller. Rejecting this connection.',
    ],
    next: ['already-connected-stale', 'already-connected-duplicate', 'cookie-header-dropped'],
  }),
  'not-an-inbound-agent': error('certain', {
    title: 'The node is not an inbound agent',
    cause: 'The node exists, but it is launched in another way (SSH, a cloud plugin).',
    remedy: [
      'Set its launch method to "Launch agent by connecting it to the controller".',
      'If a plugin wraps that launcher, set `-Djenkins.slaves.DefaultJnlpSlaveReceiver.disableStrictVerification=true` on the controller.',
    ],
    agentLog: [
      'INFO: [JNLP4-connect connection to agents.example.com/10.0.0.7:50000] Local headers refused by remote: builder is not an inbound agent',
    ],
    controllerLog: [
      'WARNING: Rejecting connection to builder from 10.0.0.1/10.0.0.1:40000 as an inbound agent as the launcher class hudson.plugins.sshslaves.SSHLauncher does not extend JNLPLauncher',
    ],
  }),
  'ws-login-refused': error('likely', {
    title: 'The controller rejects the WebSocket agent',
    cause:
      'Name and secret reached the controller. Its answer to the upgrade, in the evidence, gives the reason.',
    remedy: [
      'Follow the reason in the evidence.',
      'Check the controller log: the logger `jenkins.agents.WebSocketAgents` has the same line.',
    ],
    agentLog: [
      'io.jenkins.remoting.shaded.org.glassfish.tyrus.core.HandshakeException: Response code was not 101: 400.',
    ],
    next: ['already-connected-stale', 'cookie-header-dropped'],
    observedAlone: 'possible',
  }),
  'already-connected-stale': warning('likely', {
    title: 'The controller still has the old connection of this agent',
    cause:
      'The network broke the connection, and the controller has not noticed yet. It notices after ping interval and timeout (up to 9 minutes), and rejects the agent until then.',
    remedy: [
      'Shorten the ping on the controller: `-Dhudson.slaves.ChannelPinger.pingIntervalSeconds=30 -Dhudson.slaves.ChannelPinger.pingTimeoutSeconds=60`.',
      'Fix the idle timeout that broke the connection.',
      'Use a recent remoting version, which keeps its cookie.',
    ],
    agentLog: [
      'INFO: [JNLP4-connect connection to agents.example.com/10.0.0.7:50000] Local headers refused by remote: pod-1 is already connected to this controller. Rejecting this connection.',
    ],
  }),
  'already-connected-duplicate': error('likely', {
    title: 'Two processes use the same agent name',
    cause:
      'The open channel comes from another address, and the rejections never end: every 10 s in TCP mode since remoting 4.12, while older agents stop at the first one. Two processes that share a cookie disconnect each other instead.',
    remedy: [
      'Compare the addresses with "Inbound agent connected from" in the log of the node.',
      'Stop one of the two processes.',
    ],
    agentLog: [
      'INFO: [JNLP4-connect connection to agents.example.com/10.0.0.7:50000] Local headers refused by remote: pod-1 is already connected to this controller. Rejecting this connection.',
    ],
    controllerLog: ['INFO: Disconnecting pod-1 as we are reconnected from the current peer'],
  }),
} satisfies Record<string, CatalogueEntry>;
