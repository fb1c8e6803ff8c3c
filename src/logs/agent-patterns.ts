import { identifyPeer, type PeerKind } from '../protocol/peer-bytes.ts';
import { meaningOfFailure } from './failures.ts';
import { type Context, compile, type Meaning } from './pattern.ts';

/** Who can have written each kind of first bytes where an acknowledgement was due (remoting `AckFilterLayer`). */
const MEANING_OF_PEER: Readonly<Record<PeerKind, Meaning>> = {
  http: ['alb-or-http-lb-on-50000', 'mesh-http-sniffing', 'tunnel-target-wrong'],
  html: ['alb-or-http-lb-on-50000', 'tunnel-target-wrong'],
  tls: ['tls-terminated-on-50000'],
  ssh: ['ssh-on-agent-port'],
  ping: ['not-an-agent-port'],
  'unknown-protocol': ['jnlp4-disabled'],
  'disabled-protocol': ['jnlp4-disabled'],
  'unrecognized-protocol': ['stream-rewritten', 'proxy-protocol-injected'],
  other: ['not-an-agent-port', 'tunnel-target-wrong'],
};

/** The status of `tcpSlaveAgentListener/` at a URL (remoting `JnlpAgentEndpointResolver`). */
function meaningOfStatus(url: string, status: string): Meaning {
  const code = status.trim().slice(0, 3);
  if (code === '404') {
    return url.includes(':50000/')
      ? ['url-points-at-agent-port', 'listener-not-found']
      : ['listener-not-found', 'agent-port-disabled', 'wrong-context-path', 'agent-port-bind-failed'];
  }
  if (code === '401') return ['sso-or-login-in-front'];
  if (code === '403') return ['ip-allowlist-403', 'sso-or-login-in-front'];
  if (/^30[12378]$/.test(code)) return ['discovery-redirect-only', 'sso-or-login-in-front'];
  if (code === '503') return ['ingress-no-backend-503', 'controller-starting'];
  if (code === '502' || code === '504') return ['ingress-no-backend-503'];
  return ['http-status-unexpected'];
}

/** The status of a WebSocket upgrade (Tyrus, as remoting shades it; the answers are those of `WebSocketAgents`). */
function meaningOfUpgrade({ gaps: [, status = ''] }: Context): Meaning {
  const code = status.trim().slice(0, 3);
  if (code === '404') return ['ws-path-404', 'ws-url-no-trailing-slash'];
  if (code === '403') return ['wrong-secret', 'ws-blocked-by-proxy', 'ip-allowlist-403'];
  if (code === '400') return ['ws-login-refused', 'unknown-client-name', 'already-connected'];
  if (code === '500') return ['ws-login-refused', 'already-connected-stale'];
  if (code === '401' || code.startsWith('30')) return ['sso-or-login-in-front'];
  return code === '200' ? ['ws-upgrade-stripped'] : ['ws-blocked-by-proxy'];
}

/** What a failed attempt to reach the agent port means by the words below or before it. */
function meaningAtPort({ failure, portCheck }: Context): Meaning {
  return (
    failure('port') ??
    portCheck ?? [
      'agent-port-refused',
      'agent-port-timeout-filtered',
      'advertised-host-wrong',
      'advertised-port-mismatch',
      'agent-port-not-in-service',
      'random-agent-port',
      'direct-host-wrong',
    ]
  );
}

/** Discovery that failed; for a name that does not resolve, Java's message is the name alone. */
function meaningAtWeb({ gaps: [url = '', words = ''], failure }: Context): Meaning {
  const host = url.slice(url.indexOf('://') + 3).split(/[:/]/, 1)[0];
  if (host !== '' && words.trim() === host) return ['dns-not-resolving', 'dns-split-horizon'];
  return failure('web') ?? ['connection-failed'];
}

function meaningOfReset({ connected }: Context): Meaning {
  return connected
    ? ['lb-idle-timeout-tcp', 'lb-health-flap-kills-channels', 'lb-deregistration-cut', 'connection-reset']
    : ['connection-reset', 'lb-idle-timeout-tcp'];
}

/** Both sides close on a wanted end as well; the kubernetes-plugin tells the agent first not to come back. */
function meaningOfClosedSide({ dismissed }: Context): Meaning | null {
  return dismissed.size > 0
    ? null
    : ['ws-idle-timeout', 'nginx-reload-cuts-channels', 'agent-process-killed'];
}

const IDENTITY_GONE: Meaning = ['identity-mismatch', 'identity-stale-direct', 'two-controllers-one-service'];
const NO_IDENTITY: Meaning = [
  'not-jenkins-200',
  'sso-or-login-in-front',
  'headers-stripped-by-proxy',
  'instance-identity-missing',
  'instance-identity-invalid',
];
const ALREADY: Meaning = ['already-connected', 'already-connected-stale', 'already-connected-duplicate'];

/**
 * The messages of an agent: remoting's `Engine`, `Launcher`, `JnlpAgentEndpointResolver`, `JnlpAgentEndpoint`, `HostPort`,
 * `AckFilterLayer`, `ConnectionHeadersFilterLayer`, `SSLEngineFilterLayer`, `PublicKeyMatchingX509ExtendedTrustManager`,
 * `PingThread`, and the words of Java below them.
 */
export const AGENT_PATTERNS = compile([
  // JnlpAgentEndpointResolver.resolve
  { text: 'Failed to connect to …tcpSlaveAgentListener/: …', means: meaningAtWeb, weight: 3 },
  {
    text: '://…tcpSlaveAgentListener/ is invalid: …',
    means: ({ gaps: [url = '', status = ''] }) => meaningOfStatus(url, status),
    weight: 3,
  },
  { text: 'Agent version … or newer is required.', means: ['remoting-too-old'], weight: 3 },
  { text: 'publishing an invalid X-Instance-Identity', means: NO_IDENTITY, weight: 3 },
  { text: '://… is not Jenkins', means: ['headers-stripped-by-proxy', 'not-jenkins-200'], weight: 3 },
  { text: '://… is publishing an invalid port', means: ['invalid-agent-port'], weight: 3 },
  { text: 'provided port:… is not reachable on host', means: meaningAtPort, weight: 2 },
  {
    text: 'Received the empty list of supported protocols',
    means: ['headers-stripped-by-proxy', 'jnlp4-disabled'],
    weight: 2,
  },
  // JnlpAgentEndpointResolver.isPortVisible: the words of Java alone
  { text: 'WARNING: Connection refused', means: javaMeaning, weight: 2 },
  { text: 'WARNING: Connect timed out', means: javaMeaning, weight: 2 },
  { text: 'WARNING: connect timed out', means: javaMeaning, weight: 2 },
  // JnlpAgentEndpointResolver.waitForReady
  {
    text: "Controller isn't ready to talk to us on …response code=…",
    means: ({ gaps: [, code = ''] }) =>
      code.startsWith('503') ? ['controller-starting', 'ingress-no-backend-503'] : meaningOfStatus('', code),
    weight: 2,
  },
  {
    text: 'Failed to connect to …. Will try again',
    means: ({ failure }) => failure('web') ?? ['connection-failed'],
    weight: 2,
  },
  // JnlpAgentEndpoint.open
  { text: 'Failed to connect to …', means: meaningAtPortOpen, weight: 2 },
  { text: 'Got a bad response from proxy: …', means: proxyMeaning, weight: 3 },
  { text: 'Proxy socket closed', means: ['proxy-bad-answer'], weight: 3 },
  // HostPort
  { text: 'Invalid HOST:PORT value: ', means: ['tunnel-missing-port'], weight: 3 },
  { text: ' out of valid range [', means: ['tunnel-missing-port'], weight: 3 },
  { text: 'Illegal tunneling parameter', means: ['tunnel-has-scheme', 'tunnel-missing-port'], weight: 3 },
  // Launcher's options (args4j)
  {
    text: 'option "-webSocket" cannot be used with the option(s) ',
    means: ['tunnel-with-websocket'],
    weight: 3,
  },
  {
    text: 'option "-tunnel" cannot be used with the option(s) ',
    means: ['tunnel-with-websocket', 'tunnel-with-direct'],
    weight: 3,
  },
  { text: 'option "-direct" cannot be used with the option(s) ', means: ['tunnel-with-direct'], weight: 3 },
  // Engine
  {
    text: 'Server reports protocol JNLP4-connect not supported, skipping',
    means: ['jnlp4-disabled'],
    weight: 3,
  },
  { text: 'Trying protocol: JNLP3-connect', means: ['legacy-agent-protocols'], weight: 3 },
  { text: 'Trying protocol: JNLP2-connect', means: ['legacy-agent-protocols'], weight: 3 },
  {
    text: 'Server reports protocol JNLP3-connect not supported',
    means: ['legacy-agent-protocols'],
    weight: 2,
  },
  { text: 'None of the protocols are enabled', means: ['jnlp4-disabled'], weight: 2 },
  { text: 'Expecting identity ', means: IDENTITY_GONE, weight: 3 },
  { text: ' is not in the list of trusted keys', means: IDENTITY_GONE, weight: 3 },
  {
    text: "Server didn't accept the handshake: HTTP/",
    means: ['alb-or-http-lb-on-50000', 'mesh-http-sniffing'],
    weight: 3,
  },
  // AckFilterLayer; `Partial` says "expecting", and its bytes may be fewer.
  { text: ' acknowledgement received, expect… got 0x…', means: meaningOfBytes, weight: 3 },
  { text: ' acknowledgement sequence, expect… got 0x…', means: meaningOfBytes, weight: 3 },
  {
    text: 'Connection closed before acknowledgement sen',
    means: ['l4-accept-then-close', 'jnlp4-closed-no-ack'],
    weight: 3,
  },
  {
    text: 'Timeout waiting for ACK',
    means: ['ack-timeout', 'listener-accepts-but-silent', 'proxy-protocol-injected', 'slow-reverse-dns'],
    weight: 3,
  },
  // SSLEngineFilterLayer
  { text: '[JNLP4-connect connection to …] …SSL', means: ['jnlp4-tls-failed'], weight: 2 },
  // ConnectionHeadersFilterLayer, with the refusals of JnlpProtocol4Handler and DefaultJnlpSlaveReceiver
  { text: 'Unknown client name: ', means: ['unknown-client-name'], weight: 3 },
  { text: 'Authorization failure', means: ['wrong-secret'], weight: 3 },
  { text: ' is already connected to this controller', means: ALREADY, weight: 3 },
  { text: ' is already connected to this master', means: ALREADY, weight: 3 },
  { text: ' is not an inbound agent', means: ['not-an-inbound-agent'], weight: 3 },
  { text: 'Local headers refused by remote: ', means: ['headers-refused'], weight: 2 },
  { text: 'Local headers permanently rejected by remote: ', means: ['headers-refused'], weight: 2 },
  { text: 'Remote closed connection without specifying reason', means: ['headers-malformed'], weight: 2 },
  // Engine, WebSocket
  { text: '/login is not ready: …', means: meaningOfLogin, weight: 3 },
  {
    text: '/login is not ready',
    means: ({ failure }) => failure('web') ?? ['ws-login-precheck-fails'],
    weight: 2,
  },
  { text: 'Response code was not …: …', means: meaningOfUpgrade, weight: 3 },
  { text: 'Handshake error.', means: ['ws-upgrade-stripped', 'ws-blocked-by-proxy'], weight: 1 },
  { text: 'Did not receive X-Remoting-Capability header', means: ['ws-upgrade-stripped'], weight: 2 },
  {
    text: 'This endpoint is only for use from agent.jar in WebSocket mode',
    means: ['ws-custom-headers-stripped'],
    weight: 3,
  },
  { text: 'Read side closed', means: meaningOfClosedSide, weight: 1 },
  { text: 'Write side closed', means: meaningOfClosedSide, weight: 1 },
  // The open channel: PingThread, ChannelPinger
  {
    text: "Ping started at …hasn't completed by ",
    means: ['ping-timeout-overload', 'lb-idle-timeout-tcp'],
    weight: 3,
  },
  {
    text: 'Ping failed. Terminating the channel',
    means: ['lb-idle-timeout-tcp', 'ping-timeout-overload'],
    weight: 2,
  },
  { text: 'Connection reset by peer', means: meaningOfReset, weight: 2 },
  { text: 'UnsupportedClassVersionError', means: ['java-too-old-for-controller'], weight: 3 },
  // Java's own words, where the message above them was lost
  { text: 'UnknownHostException', means: javaMeaning, weight: 2 },
  { text: 'UnresolvedAddressException', means: javaMeaning, weight: 2 },
  { text: 'CertificateExpiredException', means: javaMeaning, weight: 3 },
  { text: 'CertificateNotYetValidException', means: javaMeaning, weight: 3 },
  { text: 'No name matching ', means: javaMeaning, weight: 3 },
  { text: 'No subject alternative ', means: javaMeaning, weight: 3 },
  { text: 'PKIX path building failed', means: javaMeaning, weight: 3 },
  { text: 'Network is unreachable', means: javaMeaning, weight: 2 },
  { text: 'Network unreachable', means: javaMeaning, weight: 2 },
  { text: 'No route to host', means: javaMeaning, weight: 2 },
  { text: 'Illegal character in hostname', means: javaMeaning, weight: 3 },
  { text: 'Expected closing bracket for IPv6 address', means: javaMeaning, weight: 3 },
]);

function meaningAtPortOpen(context: Context): Meaning | null {
  const where = context.gaps[0] ?? '';
  // Discovery has patterns of its own.
  if (where.includes('tcpSlaveAgentListener') || where.includes('. Will try again')) return null;
  if (where.includes('://')) return ['tunnel-has-scheme'];
  // The host and port of a socket; other programs fail to connect as well.
  return /^[\w.[\]:%-]{1,300}:\d{1,5}( through proxy |$)/.test(where) ? meaningAtPort(context) : null;
}

function proxyMeaning({ gaps: [line = ''] }: Context): Meaning {
  return meaningOfFailure(`Got a bad response from proxy: ${line}`, 'port') ?? ['proxy-bad-answer'];
}

function meaningOfBytes({ gaps: [, hex = ''] }: Context): Meaning {
  return MEANING_OF_PEER[identifyPeer(Buffer.from(hex.slice(0, 10), 'hex'))];
}

function meaningOfLogin({ gaps: [status = ''] }: Context): Meaning {
  return status.startsWith('503')
    ? ['controller-starting', 'ingress-no-backend-503', 'ws-login-precheck-fails']
    : ['ws-login-precheck-fails', 'sso-or-login-in-front'];
}

function javaMeaning({ failure }: Context): Meaning | null {
  return failure('port');
}
