import type { Code } from '../catalogue/codes.ts';
import type { Door, Meaning } from './pattern.ts';

type Sign = readonly [text: string, web: Meaning, port: Meaning];

const both = (text: string, ...meaning: [Code, ...Code[]]): Sign => [text, meaning, meaning];

/** The words of the exceptions of `java.net`, `sun.security` and the proxy classes, the most telling first. */
const SIGNS: readonly Sign[] = [
  both('Illegal character in hostname', 'agent-host-invalid-for-uri'),
  both('Expected closing bracket for IPv6 address', 'tunnel-has-scheme'),
  both('PKIX path building failed', 'cert-unknown-ca'),
  both('unable to find valid certification path', 'cert-unknown-ca'),
  both('CertificateExpiredException', 'cert-expired', 'clock-skew'),
  both('NotAfter: ', 'cert-expired', 'clock-skew'),
  both('CertificateNotYetValidException', 'cert-not-yet-valid', 'clock-skew'),
  both('NotBefore: ', 'cert-not-yet-valid', 'clock-skew'),
  both('No subject alternative ', 'cert-name-mismatch'),
  both('No name matching ', 'cert-name-mismatch'),
  both('Unsupported or unrecognized SSL message', 'tls-not-spoken'),
  both('Received fatal alert', 'tls-failed'),
  both('Remote host terminated the handshake', 'tls-failed'),
  both('Proxy returns "HTTP/1.1 407', 'proxy-auth-required'),
  both('Proxy returns "HTTP/1.0 407', 'proxy-auth-required'),
  both('Proxy returns "HTTP/', 'proxy-refused-connect'),
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
  both('UnknownHostException', 'dns-not-resolving', 'dns-split-horizon'),
  both('Name or service not known', 'dns-not-resolving', 'dns-split-horizon'),
  both('UnresolvedAddressException', 'dns-not-resolving', 'dns-split-horizon'),
  both('Network is unreachable', 'network-unreachable', 'ipv6-ipv4-mismatch'),
  both('Network unreachable', 'network-unreachable', 'ipv6-ipv4-mismatch'),
  both('No route to host', 'network-unreachable'),
  both('Invalid Http response', 'response-malformed'),
  [
    'Connection refused',
    ['discovery-connect-refused', 'mesh-sidecar-not-ready'],
    [
      'agent-port-refused',
      'advertised-host-wrong',
      'advertised-port-mismatch',
      'agent-port-not-in-service',
      'random-agent-port',
      'direct-host-wrong',
    ],
  ],
  [
    'onnect timed out',
    ['discovery-connect-timeout', 'https-discovery-ignores-proxy'],
    ['agent-port-timeout-filtered', 'advertised-host-wrong', 'random-agent-port', 'direct-host-wrong'],
  ],
  [
    'Connection timed out',
    ['discovery-connect-timeout', 'https-discovery-ignores-proxy'],
    ['agent-port-timeout-filtered', 'advertised-host-wrong', 'random-agent-port', 'direct-host-wrong'],
  ],
  both('Read timed out', 'listener-timeout'),
  both('Unexpected end of file from server', 'listener-closed'),
  both('Connection reset', 'connection-reset'),
];

/** What Java's words for a failed connection mean at a door; null where they are none that is known. */
export function meaningOfFailure(words: string, door: Door): Meaning | null {
  const sign = SIGNS.find(([text]) => words.includes(text));
  return sign === undefined ? null : sign[door === 'web' ? 1 : 2];
}
