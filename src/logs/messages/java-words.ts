import type { Code } from '../../catalogue/codes.ts';
import type { LogEntrypoint, Meaning } from './message.ts';

/** The message of a Java exception, and its meaning at each entrypoint. */
interface JavaWords {
  readonly words: string;
  readonly web: Meaning;
  readonly port: Meaning;
}

const both = (words: string, ...meaning: [Code, ...Code[]]): JavaWords => ({
  words,
  web: meaning,
  port: meaning,
});
const either = (words: string, web: Meaning, port: Meaning): JavaWords => ({ words, web, port });

const WEB_TIMEOUT: Meaning = [
  'discovery-connect-timeout',
  'https-discovery-ignores-proxy',
  'proxy-unreachable',
];
const PORT_TIMEOUT: Meaning = [
  'agent-port-timeout-filtered',
  'advertised-host-wrong',
  'random-agent-port',
  'direct-host-wrong',
];
const WEB_REFUSED: Meaning = ['discovery-connect-refused', 'mesh-sidecar-not-ready', 'proxy-unreachable'];
const PORT_REFUSED: Meaning = [
  'agent-port-refused',
  'advertised-host-wrong',
  'advertised-port-mismatch',
  'agent-port-not-in-service',
  'random-agent-port',
  'direct-host-wrong',
];
const UNRESOLVED: [Code, ...Code[]] = ['dns-not-resolving', 'dns-split-horizon', 'dns-timeout'];
/** Java treats a missing trust store as an empty one. */
const UNTRUSTED: [Code, ...Code[]] = ['cert-unknown-ca', 'java-truststore-unusable'];

/** Messages of `java.net`, `java.security`, `javax.net.ssl` and the proxy classes, the most specific first. */
const JAVA_WORDS: readonly JavaWords[] = [
  both('Illegal character in hostname', 'agent-host-invalid-for-uri'),
  both('Expected closing bracket for IPv6 address', 'tunnel-has-scheme'),
  both('trustAnchors parameter must be non-empty', 'java-truststore-unusable'),
  both('Keystore was tampered with', 'java-truststore-unusable'),
  both('keystore password was incorrect', 'java-truststore-unusable'),
  both('Invalid keystore format', 'java-truststore-unusable'),
  both('CertificateExpiredException', 'cert-expired', 'clock-skew'),
  both('NotAfter: ', 'cert-expired', 'clock-skew'),
  both('CertificateNotYetValidException', 'cert-not-yet-valid', 'clock-skew'),
  both('NotBefore: ', 'cert-not-yet-valid', 'clock-skew'),
  both('timestamp check failed', 'cert-expired', 'cert-not-yet-valid', 'clock-skew'),
  both('validity check failed', 'cert-expired', 'cert-not-yet-valid', 'clock-skew'),
  both('No subject alternative ', 'cert-name-mismatch'),
  both('No name matching ', 'cert-name-mismatch'),
  both('PKIX path building failed', ...UNTRUSTED),
  both('PKIX path validation failed', 'cert-unknown-ca', 'cert-expired'),
  both('unable to find valid certification path', ...UNTRUSTED),
  both('No trusted certificate found', ...UNTRUSTED),
  both('Unsupported or unrecognized SSL message', 'tls-not-spoken'),
  both('Unrecognized SSL message, plaintext connection', 'tls-not-spoken'),
  both('Certificate has been revoked', 'tls-failed'),
  both('Received fatal alert', 'tls-failed'),
  both('Remote host terminated the handshake', 'tls-failed'),
  both('Remote host closed connection during handshake', 'tls-failed'),
  both('No appropriate protocol', 'tls-failed'),
  both('Proxy returns "HTTP/1.1 407', 'proxy-auth-required'),
  both('Proxy returns "HTTP/1.0 407', 'proxy-auth-required'),
  either(
    'Proxy returns "HTTP/',
    ['proxy-refused-connect'],
    ['corporate-proxy-captures-agent-port', 'proxy-refused-connect'],
  ),
  both('Got a bad response from proxy: HTTP/1.1 407', 'proxy-auth-required'),
  both('Got a bad response from proxy: HTTP/1.0 407', 'proxy-auth-required'),
  both(
    'Got a bad response from proxy: HTTP/',
    'corporate-proxy-captures-agent-port',
    'proxy-refused-connect',
  ),
  both('Got a bad response from proxy', 'proxy-bad-answer'),
  both('Proxy socket closed', 'proxy-bad-answer'),
  both(' through proxy ', 'proxy-unreachable', 'controller-proxy-leaked'),
  both('Temporary failure in name resolution', 'dns-timeout', 'dns-not-resolving'),
  both('UnknownHostException', ...UNRESOLVED),
  both('Name or service not known', ...UNRESOLVED),
  both('Name does not resolve', ...UNRESOLVED),
  both('nodename nor servname provided', ...UNRESOLVED),
  both('No address associated with', ...UNRESOLVED),
  both('UnresolvedAddressException', ...UNRESOLVED),
  both('Network is unreachable', 'network-unreachable', 'ipv6-ipv4-mismatch'),
  both('Network unreachable', 'network-unreachable', 'ipv6-ipv4-mismatch'),
  both('Protocol family unavailable', 'ipv6-ipv4-mismatch', 'network-unreachable'),
  both('No route to host', 'network-unreachable'),
  both('Host is unreachable', 'network-unreachable'),
  both('Permission denied', 'network-unreachable', 'networkpolicy-default-deny'),
  both('Invalid Http response', 'response-malformed'),
  both('Unexpected 101 response', 'http-status-unexpected'),
  both('Header size too big', 'response-malformed'),
  both('redirected too many', 'discovery-redirect-only', 'sso-or-login-in-front'),
  either('Connection refused', WEB_REFUSED, PORT_REFUSED),
  either('onnect timed out', WEB_TIMEOUT, PORT_TIMEOUT),
  either('Connection timed out', WEB_TIMEOUT, PORT_TIMEOUT),
  either('Operation timed out', WEB_TIMEOUT, PORT_TIMEOUT),
  both('Read timed out', 'listener-timeout'),
  both('Unexpected end of file from server', 'listener-closed'),
  both('Connection reset', 'connection-reset'),
  both('forcibly closed by the remote host', 'connection-reset'),
  both('connection was aborted by the software', 'connection-reset'),
];

/** The meaning of Java's message about a failed connection to an entrypoint; null for an unknown message. */
export function meaningOfFailure(words: string, entrypoint: LogEntrypoint): Meaning | null {
  return JAVA_WORDS.find((each) => words.includes(each.words))?.[entrypoint] ?? null;
}
