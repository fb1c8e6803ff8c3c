import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('authorisation');

/** What the controller says to the name and secret of an agent. */
export const AUTHORISATION_ENTRIES = {
  'headers-refused': error('likely', {
    title: 'The controller refuses the agent',
    cause: 'It gives a reason of its own, see the evidence.',
    remedy: ['Follow the words of the controller; its log has the same line with more detail.'],
    agentLog: [
      'INFO: [JNLP4-connect connection to agents.example.com/10.0.0.7:50000] Local headers refused by remote: Failed to disconnect the current client',
    ],
    controllerLog: [
      'INFO: [JNLP4-connect connection from 10.0.0.1/10.0.0.1:40000] Refusing headers from remote: Failed to disconnect the current client',
    ],
    observedAlone: 'possible',
  }),
  'unknown-client-name': error('certain', {
    title: 'The controller knows no agent of this name',
    cause:
      'The way to the controller is fine. The node was deleted (its pod outlived it, the controller was restored without it), the name is wrong, or this is another controller.',
    remedy: [
      'Correct the agent name, create the node, or delete the orphaned pod; check that the URL leads to the right controller.',
    ],
    agentLog: [
      'INFO: [JNLP4-connect connection to agents.example.com/10.0.0.7:50000] Local headers refused by remote: Unknown client name: pod-1',
    ],
    controllerLog: [
      'INFO: [JNLP4-connect connection from 10.0.0.1/10.0.0.1:40000] Refusing headers from remote: Unknown client name: pod-1',
      'WARNING: no such agent pod-1',
    ],
    next: ['agent-connect-timeout', 'pod-deleted-under-agent'],
    hints: ['The list of nodes on the controller: was it restored or restarted without this node?'],
  }),
  'wrong-secret': error('certain', {
    title: 'The secret of the agent is wrong',
    cause:
      'The way to the controller is fine and the name is known. The secret is old: the node was made anew, or the controller was restored without its secrets directory (then every agent fails).',
    remedy: ['Fetch the secret again from the page of the node on the controller, or restore secrets/.'],
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
      'Name and secret are right, but the controller holds a channel of that name: another process uses the name, or an old connection that was cut is not noticed yet (up to 9 minutes).',
    remedy: [
      'Give the probe a node of its own that no real agent uses. For real agents: stop the second process, or shorten hudson.slaves.ChannelPinger.pingIntervalSeconds.',
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
    cause: 'The node exists, but is launched in another way (SSH, a cloud plugin).',
    remedy: [
      'Set its launch method to "Launch agent by connecting it to the controller". If a plugin wraps that launcher, -Djenkins.slaves.DefaultJnlpSlaveReceiver.disableStrictVerification=true on the controller lets it through.',
    ],
    agentLog: [
      'INFO: [JNLP4-connect connection to agents.example.com/10.0.0.7:50000] Local headers refused by remote: builder is not an inbound agent',
    ],
    controllerLog: [
      'WARNING: Rejecting connection to builder from 10.0.0.1/10.0.0.1:40000 as an inbound agent as the launcher class hudson.plugins.sshslaves.SSHLauncher does not extend JNLPLauncher',
    ],
  }),
  'ws-login-refused': error('likely', {
    title: 'The controller refuses the WebSocket agent',
    cause:
      'Name and secret reached the controller, and its answer to the upgrade, in the evidence, says what it dislikes.',
    remedy: [
      'Follow the words of the controller; its log has the same line (logger jenkins.agents.WebSocketAgents).',
    ],
    agentLog: [
      'io.jenkins.remoting.shaded.org.glassfish.tyrus.core.HandshakeException: Response code was not 101: 400.',
    ],
    next: ['already-connected-stale', 'cookie-header-dropped'],
    observedAlone: 'possible',
  }),
  'already-connected-stale': warning('likely', {
    title: 'The controller still holds the old connection of this agent',
    cause:
      'The network cut the connection and the controller has not noticed yet; it does within ping interval and timeout (up to 9 minutes), and refuses the agent until then.',
    remedy: [
      'Shorten -Dhudson.slaves.ChannelPinger.pingIntervalSeconds=30 and pingTimeoutSeconds=60 on the controller, mend the idle timeout that cut the connection, and use a recent remoting, which keeps its cookie.',
    ],
    agentLog: [
      'INFO: [JNLP4-connect connection to agents.example.com/10.0.0.7:50000] Local headers refused by remote: pod-1 is already connected to this controller. Rejecting this connection.',
    ],
  }),
  'already-connected-duplicate': error('likely', {
    title: 'Two processes use the name of one agent',
    cause:
      'The refusals go on without an end, and the live channel comes from another address: every 10 s in TCP mode since remoting 4.12; before, the agent ends at the first one. Two processes that share a cookie throw each other out instead.',
    remedy: ['Compare with "Inbound agent connected from" in the log of the node, and stop one of the two.'],
    agentLog: [
      'INFO: [JNLP4-connect connection to agents.example.com/10.0.0.7:50000] Local headers refused by remote: pod-1 is already connected to this controller. Rejecting this connection.',
    ],
    controllerLog: ['INFO: Disconnecting pod-1 as we are reconnected from the current peer'],
  }),
} satisfies Record<string, CatalogueEntry>;
