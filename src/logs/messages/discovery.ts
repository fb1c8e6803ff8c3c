import { meaningOfWebStatus } from './http-status.ts';
import { type LogMessage, messagesOf, type Rule } from './message.ts';

/** Failed discovery. For a name that does not resolve, Java's message is only the name. */
const byWebWords: Rule = {
  by: "Java's message in it or below it",
  judge: ({ gaps: [url = '', words = ''], failure }) => {
    const host = url.slice(url.indexOf('://') + 3).split(/[:/]/, 1)[0];
    if (host !== '' && words.trim() === host)
      return ['dns-not-resolving', 'dns-split-horizon', 'dns-timeout'];
    // This text covers only opening the connection: with https, the timeout was in the TLS handshake.
    if (words.includes('Read timed out'))
      return url.startsWith('s://') ? ['tls-timeout'] : ['listener-timeout'];
    return failure('web') ?? ['connection-failed'];
  },
};

/** The exception of discovery is below: remoting adds no own text to failures while reading. */
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

/** Messages of `JnlpAgentEndpointResolver` while it requests the agent port from the Jenkins URL. */
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
  [
    'Not using http_proxy environment variable which is invalid',
    '3.18 and newer',
    1,
    ['agent-options-invalid'],
  ],
]);

function byWordsOr(code: 'connection-failed'): Rule {
  return { by: "Java's message in it", judge: ({ failure }) => failure('web') ?? [code] };
}

const ENGINE = messagesOf('remoting', 'Engine', 'web', [
  ['Could not locate server among ', '3160 and newer', 2, byWordsBelow],
  ['Could not resolve JNLP agent endpoint', '4.8 and newer', 2, byWordsBelow],
]);

/** A failure that Java reports without a text of remoting. */
const byDoor: Rule = {
  by: 'the state of the agent, and its target',
  judge: ({ connected, failure, source, entrypoint }) =>
    connected ? null : failure(source.includes('isPortVisible') ? 'port' : entrypoint),
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

/** Messages of an agent while it requests the agent port from the Jenkins URL. */
export const DISCOVERY: readonly LogMessage[] = [...RESOLVER, ...ENGINE, ...JAVA];
