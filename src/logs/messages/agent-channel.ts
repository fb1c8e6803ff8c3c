import { type LogMessage, type Meaning, messagesOf, type Rule } from './message.ts';

const ALREADY: Meaning = ['already-connected', 'already-connected-stale', 'already-connected-duplicate'];

/** The controller's answers to name and secret, from `JnlpProtocol4Handler` and `DefaultJnlpSlaveReceiver`. */
const LOGIN = messagesOf('remoting', 'ConnectionHeadersFilterLayer', 'login', [
  ['refused by remote: Unknown client name: ', '3.0 and newer', 4, ['unknown-client-name']],
  ['RefusalException: Unknown client name: ', '3.0 and newer', 4, ['unknown-client-name']],
  ['Refusing headers from remote: Unknown client name: ', '3.0 and newer', 4, ['unknown-client-name']],
  ['refused by remote: Authorization failure', '3.0 and newer', 4, ['wrong-secret']],
  ['RefusalException: Authorization failure', '3.0 and newer', 4, ['wrong-secret']],
  ['Refusing headers from remote: Authorization failure', '3.0 and newer', 4, ['wrong-secret']],
  ['refused by remote: Authentication failure', '3.0 and newer', 3, ['wrong-secret', 'headers-refused']],
  [' is already connected to this controller', '4.12 and newer', 4, ALREADY],
  [' is already connected to this master', 'up to 4.11', 4, ALREADY],
  [
    'Failed to disconnect the current client',
    'core 2.27 and newer',
    3,
    ['already-connected-stale', 'headers-refused'],
  ],
  [' is not an inbound agent', 'core 2.175 and newer', 4, ['not-an-inbound-agent']],
  [' is not a JNLP agent', 'core 2.27 to 2.174', 4, ['not-an-inbound-agent']],
  ['Local headers refused by remote: ', '3.0 and newer', 2, ['headers-refused']],
  ['Local headers permanently rejected by remote: ', '3.0 and newer', 2, ['headers-refused']],
  ['No listeners interested in connection', '3.0 and newer', 2, ['unknown-client-name', 'headers-refused']],
  ['Remote closed connection without specifying reason', '3.0 and newer', 2, ['headers-malformed']],
  ['Malformed connection header', '3.0 and newer', 3, ['headers-malformed']],
  ['Client headers missing Secret-Key', '3.0 to 3.x', 3, ['headers-malformed']],
  ['secret does not match the handshake secret', 'core 1.638 to 2.26', 3, ['wrong-secret']],
  ['Incorrect challenge response from master', '2.53 to 3.x', 3, ['wrong-secret', 'identity-mismatch']],
  ['Master authentication failed', '2.53 to 3.x', 3, ['wrong-secret', 'identity-mismatch']],
]);

const LOST: Meaning = ['channel-lost', 'lb-idle-timeout-tcp', 'agent-process-killed'];

/** Java's messages about the end of an open channel. */
const whenConnected: Rule = {
  by: 'the state of the agent: connected or not',
  judge: ({ connected, words }) => {
    if (connected || /(?:in|of) (?:the )?channel /i.test(words)) {
      return [
        'channel-lost',
        'lb-idle-timeout-tcp',
        'lb-health-flap-kills-channels',
        'lb-deregistration-cut',
        'connection-reset',
      ];
    }
    return null;
  },
};

/** Both sides also close on an intended end; before that, the kubernetes-plugin tells the agent not to reconnect. */
const whenNotDismissed: Rule = {
  by: 'the kind of end: intended or not',
  judge: ({ dismissed }) =>
    dismissed.size > 0 ? null : ['ws-idle-timeout', 'nginx-reload-cuts-channels', 'agent-process-killed'],
};

const CHANNEL = messagesOf('remoting', 'Channel and its transports', 'channel', [
  ['because "this.remoteCapability" is null', '3.0 and newer', 3, ['capability-malformed']],
  ['Read side closed', '4.0 and newer', 1, whenNotDismissed],
  ['Write side closed', '4.0 and newer', 1, whenNotDismissed],
  ['Connection reset', 'all', 2, whenConnected, 'agent only'],
  ['forcibly closed by the remote host', 'all', 2, whenConnected, 'agent only'],
  ['connection was aborted by the software', 'all', 2, whenConnected, 'agent only'],
  ['Broken pipe', 'all', 2, whenConnected, 'agent only'],
  ['IOException: Connection timed out', 'all', 2, whenConnected, 'agent only'],
  ['Unexpected termination of the channel', 'all', 2, LOST],
  ['IOHub#…Selector is closed', '3.0 and newer', 1, LOST],
  ['I/O error in channel', 'all', 1, LOST],
  ['Protocol stack cannot write data anymore', '3.15 and newer', 1, whenConnected, 'agent only'],
]);

const PING = messagesOf('remoting', 'PingThread and ChannelPinger', 'channel', [
  [
    "Ping started at …hasn't completed by ",
    '2.x and newer',
    3,
    ['ping-timeout-overload', 'lb-idle-timeout-tcp'],
  ],
  ['Ping failed. Terminating the ', '2009 and newer', 2, ['lb-idle-timeout-tcp', 'ping-timeout-overload']],
]);

/** Messages at the login and over the open channel. */
export const AGENT_CHANNEL: readonly LogMessage[] = [...LOGIN, ...CHANNEL, ...PING];
