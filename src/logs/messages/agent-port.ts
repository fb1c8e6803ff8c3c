import { type LogMessage, type Meaning, messagesOf, type Rule } from './message.ts';

const AT_PORT: Meaning = [
  'agent-port-refused',
  'agent-port-timeout-filtered',
  'advertised-host-wrong',
  'advertised-port-mismatch',
  'agent-port-not-in-service',
  'random-agent-port',
  'direct-host-wrong',
  'dns-not-resolving',
  'network-unreachable',
  'connection-reset',
  'corporate-proxy-captures-agent-port',
  'agent-host-invalid-for-uri',
];

/** A failed connection to the agent port: Java's message is below it, or in the port check before it. */
const byPortWords: Rule = {
  by: "Java's message below it, or in the agent's port check before it",
  judge: ({ failure, portCheck }) => failure('port') ?? portCheck ?? AT_PORT,
};

/** The port check logs only Java's message, and only the name if it does not resolve. */
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

/** The classes of remoting, of Jenkins and of the swarm client, also with shortened packages. */
const OURS = /(?:^|\.)(?:hudson|jenkins|jenkinsci|remoting|swarm)\.|^[hj]\.|^o\.j\.|\br\.|jnlp\.Main/;

/** `Failed to connect to HOST:PORT` of the agent port. Other programs log the same. */
const byPlace: Rule = {
  by: "the target, and Java's message below it",
  judge: (context) => {
    const where = context.gaps[0] ?? '';
    if (context.source !== '' && !OURS.test(context.source)) return null;
    if (where.includes('tcpSlaveAgentListener') || where.includes('. Will')) return null;
    if (/^[a-z]{2,8}:\/\/\S{1,300}:\d{1,5}$/.test(where)) return ['tunnel-has-scheme'];
    return /^[\w.[\]:%-]{1,300}:\d{1,5}( through proxy |$)/.test(where) ? byPortWords.judge(context) : null;
  },
};

/** The check of the announced port, before the agent connects. */
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
  ['Agent address: …://', '3.0 and newer', 3, ['tunnel-has-scheme']],
  [
    'Connecting to http…://',
    '3.0 and newer',
    3,
    ['tunnel-has-scheme', 'advertised-host-wrong'],
    'agent only',
  ],
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
    by: 'the value: a URL or not',
    judge: ({ gaps: [value = ''] }) =>
      value.includes('://') ? ['tunnel-has-scheme'] : ['tunnel-missing-port'],
  };
}

/** Messages of an agent while it connects to the agent port. */
export const AGENT_PORT: readonly LogMessage[] = [...LOOK_AT_PORT, ...ENDPOINT, ...TUNNEL];
