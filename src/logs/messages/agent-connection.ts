import { BYTES, CLOSED, SILENCE, SILENCE_TIMER } from './acknowledgement.ts';
import { meaningOfUpgrade, meaningOfWebStatus } from './http-status.ts';
import { type LogMessage, type Meaning, messagesOf, type Rule } from './message.ts';

const AT_PORT: Meaning = [
  'agent-port-refused',
  'agent-port-timeout-filtered',
  'advertised-host-wrong',
  'advertised-port-mismatch',
  'agent-port-not-in-service',
  'random-agent-port',
  'direct-host-wrong',
];

/** An attempt at the agent port, by the words of Java below it or those of the look just before. */
const byPortWords: Rule = {
  by: "the words of Java below it or of the agent's look at the port before",
  judge: ({ failure, portCheck }) => failure('port') ?? portCheck ?? AT_PORT,
};

/** Discovery that failed; for a name that does not resolve, Java's message is the name alone. */
const byWebWords: Rule = {
  by: 'the words of Java behind or below it',
  judge: ({ gaps: [url = '', words = ''], failure }) => {
    const host = url.slice(url.indexOf('://') + 3).split(/[:/]/, 1)[0];
    if (host !== '' && words.trim() === host) return ['dns-not-resolving', 'dns-split-horizon'];
    // Only the connection is opened in this text: with https the time ran out in the TLS handshake.
    if (words.includes('Read timed out'))
      return url.startsWith('s://') ? ['tls-timeout'] : ['listener-timeout'];
    return failure('web') ?? ['connection-failed'];
  },
};

/** The exception of discovery stands below: what was read is reported bare, without a text of remoting's own. */
const byWordsBelow: Rule = {
  by: 'the exception below it',
  judge: ({ failure }) => failure('web'),
};

const byStatus: Rule = {
  by: 'the HTTP status',
  judge: ({ gaps: [url = '', status = ''] }) => meaningOfWebStatus(url, status),
};

const byStatusWhileWaiting: Rule = {
  by: 'the HTTP status',
  judge: ({ gaps }) => {
    const status = gaps.at(-1) ?? '';
    return status.startsWith('503')
      ? ['controller-starting', 'ingress-no-backend-503']
      : meaningOfWebStatus('', status);
  },
};

/** The look at the port writes the words of Java alone, and for a name that does not resolve just the name. */
const byLook: Rule = {
  by: 'the class that logs it',
  judge: ({ source, failure, gaps }) => {
    const known = source === '' || source.includes('JnlpAgentEndpointResolver');
    return known && /^[Cc]?$/.test(gaps[0] ?? '') ? failure('port') : null;
  },
};

const byProxyAnswer: Rule = {
  by: 'the answer of the proxy',
  judge: ({ failure }) => failure('port') ?? ['proxy-bad-answer'],
};

/** `Failed to connect to HOST:PORT` of the agent port; other programs fail to connect as well. */
const byPlace: Rule = {
  by: 'what it names, and the words of Java below it',
  judge: (context) => {
    const where = context.gaps[0] ?? '';
    if (where.includes('tcpSlaveAgentListener') || where.includes('. Will')) return null;
    if (/^[a-z]{2,8}:\/\/\S{1,300}:\d{1,5}$/.test(where)) return ['tunnel-has-scheme'];
    return /^[\w.[\]:%-]{1,300}:\d{1,5}( through proxy |$)/.test(where) ? byPortWords.judge(context) : null;
  },
};

/** What `JnlpAgentEndpointResolver` writes while it asks the Jenkins URL for the agent port. */
const RESOLVER = messagesOf('remoting', 'JnlpAgentEndpointResolver', 'web', [
  ['Failed to connect to http…tcpSlaveAgentListener/: …', 'all', 3, byWebWords],
  ['://…tcpSlaveAgentListener/ is invalid: …', 'all', 3, byStatus],
  ['Agent version … or newer is required.', '4.0 and newer', 3, ['remoting-too-old']],
  [
    'publishing an invalid X-Instance-Identity',
    '3.0 and newer',
    3,
    [
      'not-jenkins-200',
      'sso-or-login-in-front',
      'headers-stripped-by-proxy',
      'instance-identity-missing',
      'instance-identity-invalid',
    ],
  ],
  ['://… is not Jenkins', 'all', 3, ['headers-stripped-by-proxy', 'not-jenkins-200']],
  ['://… is not Hudson', 'up to 2011', 3, ['headers-stripped-by-proxy', 'not-jenkins-200']],
  ['://… is publishing an invalid port', '3.0 and newer', 3, ['invalid-agent-port']],
  [
    'Received the empty list of supported protocols',
    '3.5 and newer',
    2,
    ['headers-stripped-by-proxy', 'jnlp4-disabled'],
  ],
  ['Cannot parse agent endpoint URL', '3.1 and newer', 3, ['agent-options-invalid']],
  ['Could not resolve server among', '3.0 and newer', 2, ['agent-options-invalid']],
  ["Controller isn't ready to talk to us on …response code=…", '4.12 and newer', 2, byStatusWhileWaiting],
  ["Master isn't ready to talk to us…response code=…", '2.27 to 4.11', 2, byStatusWhileWaiting],
  ['Failed to connect to …. Will try again', 'all', 2, byWordsOr('connection-failed')],
  ['Failed to connect to the master. Will retry again', '2.27 to 3.13', 2, byWordsOr('connection-failed')],
  ['Not using http_proxy environment variable which is invalid', '3.18 and newer', 2, ['proxy-unreachable']],
]);

function byWordsOr(code: 'connection-failed'): Rule {
  return { by: 'the words of Java in it', judge: ({ failure }) => failure('web') ?? [code] };
}

/** The look at the announced port, before the agent connects there. */
const LOOK_AT_PORT = messagesOf('remoting', 'JnlpAgentEndpointResolver', 'port', [
  ['provided port:… is not reachable', '3.22 and newer', 2, byPortWords],
  ['Port … is not reachable; reason:', '3.22', 2, byPortWords],
  ['…Connection refused', 'all', 2, byLook, 'agent only'],
  ['…onnect timed out', 'all', 2, byLook, 'agent only'],
  ['…Connection timed out', 'all', 2, byLook, 'agent only'],
  ['…No route to host', 'all', 2, byLook, 'agent only'],
  ['…Network is unreachable', 'all', 2, byLook, 'agent only'],
  ['…Connection reset', 'all', 2, byLook, 'agent only'],
]);

const ENDPOINT = messagesOf('remoting', 'JnlpAgentEndpoint', 'port', [
  ['Failed to connect to …', 'all', 2, byPlace],
  ['Got a bad response from proxy: …', '2.50 and newer', 3, byProxyAnswer],
  ['Proxy socket closed', '3.36 and newer', 3, ['proxy-bad-answer']],
  ['Port … is not in the range 1-65535', '3.0 and newer', 3, ['invalid-agent-port']],
]);

const TUNNEL = messagesOf('remoting', 'HostPort and Engine', 'port', [
  ['Invalid HOST:PORT value: …', '3.34 and newer', 3, byTunnel()],
  [' out of valid range [', '3.35 and newer', 3, ['tunnel-missing-port']],
  ['Illegal tunneling parameter: …', '2008 to 3.33', 3, byTunnel()],
  ['Illegal host-port parameter', '3.34', 3, ['tunnel-missing-port']],
  ['Illegal parameter: Empty destination host', '2.62 to 2.x', 3, ['tunnel-empty']],
  ['Invalid IPv6 value.', '3.34 and newer', 3, ['tunnel-missing-port']],
  ['For input string: "//', '3.34 and newer', 3, ['tunnel-has-scheme'], 'agent only'],
  ['Invalid instanceIdentity.', '3.34 and newer', 3, ['identity-stale-direct', 'instance-identity-invalid']],
]);

function byTunnel(): Rule {
  return {
    by: 'whether the value is a URL',
    judge: ({ gaps: [value = ''] }) =>
      value.includes('://') ? ['tunnel-has-scheme'] : ['tunnel-missing-port'],
  };
}

const ENGINE = messagesOf('remoting', 'Engine', 'web', [
  ['Could not locate server among ', '3160 and newer', 2, byWordsBelow],
  ['Could not resolve JNLP agent endpoint', '4.8 and newer', 2, byWordsBelow],
]);

const JNLP4_GONE: Meaning = ['jnlp4-disabled'];
/** Agents before 3.x try older protocols after JNLP4 has failed: only alone are they a sign. */
const unlessJnlp4Tried: Rule = {
  by: 'whether JNLP4 was tried before it',
  judge: ({ triedJnlp4 }) => (triedJnlp4 ? null : ['legacy-agent-protocols']),
};
/** What a failed attempt is summed up in; a sign of its own where nothing else is there. */
const REJECTED: Meaning = ['l4-accept-then-close', 'ack-timeout', 'jnlp4-tls-failed', 'headers-refused'];

const PROTOCOLS = messagesOf('remoting', 'Engine', 'acknowledgement', [
  ['Server reports protocol JNLP4-connect not supported, skipping', '2.62 and newer', 3, JNLP4_GONE],
  ['Protocol JNLP4-connect is not enabled, skipping', '2.59 and newer', 3, JNLP4_GONE],
  ['Trying protocol: JNLP3-connect', '2.53 to 3.x', 3, unlessJnlp4Tried],
  ['Trying protocol: JNLP2-connect', '2.50 to 3.x', 3, unlessJnlp4Tried],
  ['Server reports protocol JNLP3-connect not supported', '2.62 to 3.x', 2, unlessJnlp4Tried],
  ['None of the protocols are enabled', '2.62 and newer', 2, JNLP4_GONE],
  ['None of the protocols were accepted', '2.50 and newer', 1, afterAttempt(REJECTED)],
  ["Server didn't understand the protocol", '2.50 to 2.52', 2, ['jnlp4-disabled', 'legacy-agent-protocols']],
  [
    "Server didn't accept the handshake: HTTP/",
    'up to 3.x',
    4,
    ['alb-or-http-lb-on-50000', 'mesh-http-sniffing'],
  ],
  ["Server didn't accept the handshake: Unauthorized access", 'up to 3.x', 3, ['wrong-secret']],
  ["Server didn't accept the handshake: No such", 'up to 3.x', 3, ['unknown-client-name']],
  ["Server didn't accept the handshake: Unknown protocol:", 'up to 3.x', 3, JNLP4_GONE],
  ['encountered an unexpected exception', '2.59 and newer', 2, byClosed()],
  ['failed to establish channel', '2.59 and newer', 2, byClosed()],
  [
    'encountered a runtime error',
    '2.59 and newer',
    2,
    { by: 'the words of Java below it', judge: ({ failure }) => failure('port') },
  ],
]);

function afterAttempt(meaning: Meaning): Rule {
  return {
    by: 'whether the attempt was seen from its start',
    judge: ({ seen }) => (seen === 'attempt' ? null : meaning),
  };
}

/** The exception of an attempt at the port that is none of those with a message of their own. */
function byClosed(): Rule {
  return {
    by: 'the exception below it',
    judge: ({ words, failure }) => {
      if (words.includes('Connection reset')) return ['connection-reset', 'l4-accept-then-close'];
      if (words.includes('ClosedChannelException'))
        return ['l4-accept-then-close', 'headers-malformed', 'connection-reset'];
      return words.includes('onnect') ? failure('port') : null;
    },
  };
}

const ACKNOWLEDGEMENT = messagesOf('remoting', 'AckFilterLayer', 'acknowledgement', [
  // `Partial` says "expecting", and its bytes may be fewer.
  [' acknowledgement received, expect… got 0x…', '3.0 and newer', 4, BYTES],
  [' acknowledgement sequence, expect… got 0x…', '3.0 and newer', 4, BYTES],
  ['Connection closed before acknowledgement sen', '3.0 and newer', 3, CLOSED],
  ['IOException: Timeout waiting for ACK', '3.0 and newer', 3, SILENCE],
  ['Timeout waiting for ACK', '3174 and newer', 1, SILENCE_TIMER],
]);

const IDENTITY_GONE: Meaning = ['identity-mismatch', 'identity-stale-direct', 'two-controllers-one-service'];

const IDENTITY = messagesOf('remoting', 'SSLEngineFilterLayer and its trust manager', 'acknowledgement', [
  ['Expecting identity ', '3.0 and newer', 4, IDENTITY_GONE],
  [' is not in the list of trusted keys', '3.0 and newer', 4, IDENTITY_GONE],
  ['SSLException', '3.0 and newer', 3, byInnerTls(), 'agent only'],
  ['SSLHandshakeException', '3.0 and newer', 3, byInnerTls(), 'agent only'],
  ['SSLPeerUnverifiedException', '3.0 and newer', 3, byInnerTls(), 'agent only'],
]);

/** The class logs an empty message; the exception stands below. */
function byInnerTls(): Rule {
  return {
    by: 'whether it belongs to a JNLP4 connection',
    judge: ({ words }) =>
      words.includes('[JNLP4-connect connection') || words.includes('Protocol JNLP4-connect')
        ? ['jnlp4-tls-failed']
        : null,
  };
}

const byUpgrade: Rule = {
  by: 'the HTTP status',
  judge: ({ gaps: [, status = ''] }) => meaningOfUpgrade(status),
};

/** Since 3283 the agent writes the outer message alone, whatever the status was. */
const ANY_UPGRADE: Meaning = [
  'ws-login-refused',
  'wrong-secret',
  'unknown-client-name',
  'already-connected',
  'ws-path-404',
  'ws-upgrade-stripped',
  'ws-blocked-by-proxy',
  'ingress-no-backend-503',
];

const WEBSOCKET = messagesOf('remoting', 'Engine (WebSocket)', 'web', [
  ['/login is not ready: …', '4.0 and newer', 3, byLoginStatus()],
  [
    '/login is not ready',
    '4.0 and newer',
    2,
    { by: 'the exception below it', judge: ({ failure }) => failure('web') ?? ['ws-login-precheck-fails'] },
  ],
  ['Response code was not …: …', '4.0 to 3261', 3, byUpgrade],
  ['Handshake error.', '4.0 and newer', 1, ANY_UPGRADE],
  [
    'DeploymentException: Connection failed',
    '4.0 and newer',
    2,
    {
      by: 'the exception below it',
      judge: ({ failure }) =>
        failure('web') ?? ['discovery-connect-refused', 'discovery-connect-timeout', 'tls-failed'],
    },
  ],
  [
    'Failed to connect: …',
    '3283 and newer',
    1,
    {
      by: 'the words of Java behind it',
      judge: ({ gaps: [words = ''], failure }) =>
        words.startsWith('Handshake error') ? ANY_UPGRADE : (failure('web') ?? ['connection-failed']),
    },
    'agent only',
  ],
  ['Did not receive X-Remoting-Capability header', '3131 and newer', 1, ANY_UPGRADE],
  ['HTTP Status code …', '4.0 to 3261', 3, byTyrusStatus()],
  ['Received HTTP response status code: …and redirect', '4.0 to 3261', 3, byTyrusStatus()],
  [
    'This endpoint is only for use from agent.jar in WebSocket mode',
    'core 2.216 and newer',
    3,
    ['ws-custom-headers-stripped'],
  ],
]);

/** Tyrus has exceptions of its own for some of the statuses. */
function byTyrusStatus(): Rule {
  return {
    by: 'the HTTP status',
    judge: ({ gaps: [status = ''], words }) => (words.includes('tyrus') ? meaningOfUpgrade(status) : null),
  };
}

function byLoginStatus(): Rule {
  return {
    by: 'the HTTP status',
    judge: ({ gaps: [status = ''] }) =>
      status.startsWith('503')
        ? ['controller-starting', 'ingress-no-backend-503', 'ws-login-precheck-fails']
        : ['ws-login-precheck-fails', 'sso-or-login-in-front'],
  };
}

/** A failure that Java reports without a text of remoting's own. */
const byDoor: Rule = {
  by: 'whether the agent was connected',
  judge: ({ connected, failure }) => (connected ? null : failure('web')),
};

const JAVA = messagesOf('Java', 'java.net and javax.net.ssl', 'web', [
  ['UnknownHostException', 'all', 2, byDoor, 'agent only'],
  ['UnresolvedAddressException', 'all', 2, byDoor, 'agent only'],
  ['CertificateExpiredException', 'all', 3, byDoor, 'agent only'],
  ['CertificateNotYetValidException', 'all', 3, byDoor, 'agent only'],
  ['No name matching ', 'all', 3, byDoor, 'agent only'],
  ['No subject alternative ', 'all', 3, byDoor, 'agent only'],
  ['PKIX path ', 'all', 3, byDoor, 'agent only'],
  ['Network is unreachable', 'all', 2, byDoor, 'agent only'],
  ['Network unreachable', 'all', 2, byDoor, 'agent only'],
  ['No route to host', 'all', 2, byDoor, 'agent only'],
  ['Illegal character in hostname', 'all', 3, byDoor, 'agent only'],
  ['Expected closing bracket for IPv6 address', 'all', 3, byDoor, 'agent only'],
  ['SocketTimeoutException: Read timed out', 'all', 2, byDoor, 'agent only'],
  ['Unexpected end of file from server', 'all', 2, byDoor, 'agent only'],
  ['Invalid Http response', 'all', 2, byDoor, 'agent only'],
  ['Server redirected too many', 'all', 2, byDoor, 'agent only'],
  ['Header size too big', 'all', 2, byDoor, 'agent only'],
  ['ConnectException: Connection ', 'all', 1, byDoor, 'agent only'],
  ['Unable to tunnel through proxy', 'all', 3, byDoor, 'agent only'],
]);

/** What an agent writes on its way to an open channel. */
export const AGENT_CONNECTION: readonly LogMessage[] = [
  ...RESOLVER,
  ...LOOK_AT_PORT,
  ...ENDPOINT,
  ...TUNNEL,
  ...ENGINE,
  ...PROTOCOLS,
  ...ACKNOWLEDGEMENT,
  ...IDENTITY,
  ...WEBSOCKET,
  ...JAVA,
];
