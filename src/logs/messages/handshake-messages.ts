import { BYTES, CLOSED, SILENCE, SILENCE_TIMER } from './acknowledgement-bytes.ts';
import { type LogMessage, type Meaning, messagesOf, type Rule } from './message.ts';

const JNLP4_GONE: Meaning = ['jnlp4-disabled'];
/** Agents before 3.x try older protocols after JNLP4 has failed: they count only without JNLP4. */
const unlessJnlp4Tried: Rule = {
  by: 'the protocols tried before it: JNLP4 or not',
  judge: ({ triedJnlp4, whole, seen }) =>
    triedJnlp4 || (!whole && seen !== 'nothing') ? null : ['legacy-agent-protocols'],
};

const PROTOCOLS = messagesOf('remoting', 'Engine', 'acknowledgement', [
  ['Server reports protocol JNLP4-connect not supported, skipping', '2.62 and newer', 3, JNLP4_GONE],
  ['Protocol JNLP4-connect is not enabled, skipping', '2.59 and newer', 3, JNLP4_GONE],
  ['Trying protocol: JNLP3-connect', '2.53 to 3.x', 3, unlessJnlp4Tried],
  ['Trying protocol: JNLP2-connect', '2.50 to 3.x', 3, unlessJnlp4Tried],
  ['Server reports protocol JNLP3-connect not supported', '2.62 to 3.x', 2, unlessJnlp4Tried],
  ['None of the protocols are enabled', '2.62 and newer', 2, JNLP4_GONE],
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
    { by: "Java's message below it", judge: ({ failure }) => failure('port') },
  ],
]);

/** The exception of an attempt at the port without a message of its own. */
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
  // The message with `Partial` says "expecting" and may have fewer bytes.
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

/** The class logs an empty message; the exception is below. */
function byInnerTls(): Rule {
  return {
    by: 'the connection: JNLP4 or not, open or not',
    judge: ({ words }) => {
      const ofJnlp4 = words.includes('[JNLP4-connect connection') || words.includes('Protocol JNLP4-connect');
      if (!ofJnlp4) return null;
      return words.includes('the connection is broken or closed')
        ? ['l4-accept-then-close', 'connection-reset', 'jnlp4-tls-failed']
        : ['jnlp4-tls-failed'];
    },
  };
}
/** Messages of an agent from the open connection to the confirmed identity. */
export const HANDSHAKE: readonly LogMessage[] = [...PROTOCOLS, ...ACKNOWLEDGEMENT, ...IDENTITY];
