import { EVERY_AGENT, type LogMessage, messagesOf, type Rule } from './message.ts';

/** The end of a channel: not a problem if the controller intended it. */
const whenNotDismissed: Rule = {
  by: 'the kind of end: by the controller or not',
  judge: ({ gaps: [name = ''], dismissed }) => {
    const agent = name.split(' for ').at(-1) ?? '';
    return dismissed.has(agent) || dismissed.has(EVERY_AGENT)
      ? null
      : ['channel-lost', 'agent-process-killed', 'pod-deleted-under-agent', 'lb-idle-timeout-tcp'];
  },
};

/** Lines about silent connections are handled in `silent-connections.ts`. */
const LISTENER = messagesOf('Jenkins core', 'TcpSlaveAgentListener', null, [
  ['aborted: Unrecognized protocol: …', 'all', 3, ['stream-rewritten', 'proxy-protocol-injected']],
  ['aborted: Unknown protocol:', 'all', 2, ['jnlp4-disabled', 'legacy-agent-protocols']],
  [
    'aborted: Disabled protocol:…',
    '2.16 to 2.482',
    3,
    {
      by: 'the protocol that it names',
      judge: ({ gaps: [protocol = ''] }) =>
        protocol.includes('JNLP4-connect')
          ? ['jnlp4-disabled']
          : /JNLP\d?-connect/.test(protocol)
            ? ['legacy-agent-protocols']
            : null,
    },
  ],
  [
    'UTFDataFormatException',
    'all',
    3,
    {
      by: 'its position: below a connection or not',
      judge: ({ words }) =>
        words.includes('onnection #') ? ['healthcheck-wrong-type-hangs', 'proxy-protocol-injected'] : null,
    },
  ],
  ['Connection handler failed, restarting listener', '2.85 to 2.387', 1, ['listener-thread-dead']],
  ['Uncaught exception in TcpSlaveAgentListener', '2.85 and newer', 2, ['listener-thread-dead']],
  ['Failed to accept TCP connections', '2.67 and newer', 1, byDescriptors()],
  ['Failed to accept JNLP agent connections', '2.0 to 2.66', 2, byDescriptors()],
  ['Failed to accept slave agent connections', 'up to 1.x', 2, byDescriptors()],
  [
    'Failed to restart server socket',
    '2.388 and newer',
    2,
    ['listener-thread-dead', 'agent-port-bind-failed'],
  ],
  [
    'Could not reschedule TcpSlaveAgentListener',
    '2.85 to 2.387',
    3,
    ['agent-port-bind-failed', 'listener-thread-dead'],
  ],
  ['Failed to listen on port …already in use', 'all', 3, ['agent-port-bind-failed']],
  ['Failed to listen to incoming agent connections', 'all', 3, ['agent-port-bind-failed']],
  [
    'setSlaveAgentPort(…) call ignored because system property',
    'all',
    2,
    ['random-agent-port', 'agent-port-disabled'],
  ],
]);

function byDescriptors(): Rule {
  return {
    by: 'the exception below it',
    judge: () => ['listener-thread-dead', 'handler-thread-leak'],
  };
}

const THREADS = messagesOf('Java', 'java.lang.Thread', null, [
  ['unable to create native thread', 'all', 1, byListener()],
  ['unable to create new native thread', 'up to Java 8', 1, byListener()],
]);

/** The agent port is only one of many users of threads. */
function byListener(): Rule {
  return { by: 'nothing: threads have many users', judge: () => ['handler-thread-leak'] };
}

const LOGIN = messagesOf(
  'Jenkins core',
  'JnlpSlaveAgentProtocol4, DefaultJnlpSlaveReceiver, SlaveComputer',
  null,
  [
    ['JENKINS-41987: no …', '2.47 and newer', 3, ['instance-identity-missing', 'jnlp4-closed-no-ack']],
    ['Refusing headers from remote: ', 'all', 2, ['headers-refused']],
    ['Permanently refusing headers from remote: ', 'all', 2, ['headers-refused']],
    ['Remote headers … could not be parsed', 'all', 2, ['headers-malformed']],
    [' with an incorrect secret', '1.638 and newer', 4, ['wrong-secret']],
    [' with an invalid client certificate', '2.27 and newer', 2, ['wrong-secret', 'headers-refused']],
    [' as an inbound agent as the launcher', '2.175 and newer', 4, ['not-an-inbound-agent']],
    [' as a JNLP agent as the launcher', '2.28 to 2.174', 4, ['not-an-inbound-agent']],
    [
      'Rejecting the connection because the Remoting version is older',
      '2.343 and newer',
      4,
      ['remoting-too-old'],
    ],
    ['Remoting version is older than a minimum required one', '2.104 to 2.342', 1, ['remoting-too-old']],
    [
      ' as we are reconnected from the current peer',
      'all',
      2,
      ['lb-idle-timeout-tcp', 'already-connected-duplicate'],
    ],
    [
      'IllegalStateException: Already connected',
      'all',
      2,
      ['already-connected', 'already-connected-duplicate'],
    ],
    ['has been deleted during the channel setup', 'all', 2, ['pod-deleted-under-agent']],
    [
      "failed to connect, even though the launcher didn't report it",
      '2.0 and newer',
      1,
      ['agent-connect-timeout'],
    ],
    ['Agent ping is disabled', '2.37 and newer', 1, ['lb-idle-timeout-tcp', 'agent-pingthread-useless']],
    ['Failed to launch IOHub', '2.27 and newer', 2, ['listener-thread-dead']],
    ['Failed to launch NIO hub', 'up to 2.26', 2, ['listener-thread-dead']],
    ['Failed to set up a ping for', 'all', 1, ['java-too-old-for-controller']],
  ],
);

const CHANNEL = messagesOf('Jenkins core', 'DefaultJnlpSlaveReceiver.channelClosed', null, [
  ['Connection terminated', '1.396 and newer', 1, ['channel-lost', 'agent-process-killed']],
  [' for … terminated: java.nio.channels.ClosedChannelException', '2.181 and newer', 1, whenNotDismissed],
  [' for … terminated: hudson.remoting.ChannelClosedException', '2.181 and newer', 1, whenNotDismissed],
  [
    ' for … terminated',
    '1.612 and newer',
    1,
    {
      by: 'the exception below it',
      judge: (context) =>
        /\n\s*(?:[a-z]\w*\.)+\w+(?:Exception|Error)/.test(context.words)
          ? whenNotDismissed.judge(context)
          : null,
    },
  ],
]);

const WEBSOCKET = messagesOf('Jenkins core', 'WebSocketAgents and Jetty', null, [
  ['incorrect secret for ', '2.216 and newer', 3, ['wrong-secret']],
  ['no such agent ', '2.216 and newer', 3, ['unknown-client-name']],
  ['incomplete headers: [', '2.216 and newer', 3, ['ws-custom-headers-stripped']],
  ['failed to set up channel for ', '2.380 and newer', 2, ['connected-but-controller-waits']],
  [
    'ClosedChannelException',
    '2.216 and newer',
    1,
    {
      by: 'the class that logs it',
      judge: ({ source }) =>
        source.includes('WebSocketAgents') ? ['ws-idle-timeout', 'channel-lost'] : null,
    },
  ],
  ['WebSocket is not supported in this servlet container', '2.216 and newer', 3, ['ws-path-404']],
  ['WebSocketTimeoutException', '2.216 and newer', 2, ['ws-jetty-idle-30s', 'ws-idle-timeout']],
  ['Idle timeout expired', '2.216 and newer', 1, ['ws-idle-timeout', 'ws-jetty-idle-30s']],
]);

/** Only the CLI WebSocket checks the origin; agents are not affected. */
const CLI = messagesOf('Jenkins core', 'CLIAction (FINE)', null, [
  [
    'Unexpected request origin (check your reverse proxy settings)',
    '2.442 and newer',
    2,
    ['ws-origin-or-root-url-wrong'],
  ],
  ['Rejecting origin: …; expected was: ', '2.442 and newer', 2, ['ws-origin-or-root-url-wrong']],
]);

/** Messages of a controller. */
export const CONTROLLER: readonly LogMessage[] = [
  ...LISTENER,
  ...THREADS,
  ...LOGIN,
  ...CHANNEL,
  ...WEBSOCKET,
  ...CLI,
];
