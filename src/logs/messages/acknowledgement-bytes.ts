import { identifyPeer, type PeerKind } from '../../protocol/peer-bytes.ts';
import type { Meaning, Rule } from './message.ts';

/** The possible writers of the first bytes instead of an acknowledgement (remoting `AckFilterLayer`). */
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

const SILENT: Meaning = [
  'listener-accepts-but-silent',
  'ack-timeout',
  'slow-reverse-dns',
  'proxy-protocol-injected',
];
const CLOSED_AT_ONCE: Meaning = [
  'l4-accept-then-close',
  'jnlp4-closed-no-ack',
  'tls-terminated-on-50000',
  'proxy-protocol-expected-by-lb',
];

/** The agent waits ten seconds for the acknowledgement (`ProtocolStack`), and log times are whole seconds. */
const WAITED_MS = 8500;

/** The bytes that came instead of the acknowledgement. */
export const BYTES: Rule = {
  by: 'the bytes',
  judge: ({ gaps: [, hex = ''] }) => MEANING_OF_PEER[identifyPeer(Buffer.from(hex.slice(0, 10), 'hex'))],
};

/** The agent logs this when the peer closes, and when it closes itself after ten seconds of silence. */
export const CLOSED: Rule = {
  by: 'the duration of the attempt',
  judge: ({ spokenForMs, seen }) => {
    if (spokenForMs !== null) return spokenForMs >= WAITED_MS ? SILENT : CLOSED_AT_ONCE;
    if (seen === 'attempt') return null;
    return seen === 'protocol'
      ? [...CLOSED_AT_ONCE, 'listener-accepts-but-silent']
      : [...CLOSED_AT_ONCE, 'listener-accepts-but-silent', 'alb-or-http-lb-on-50000', 'not-an-agent-port'];
  },
};

/** The exception of an attempt: ten seconds of silence. */
export const SILENCE: Rule = { by: 'the exception of the attempt', judge: () => SILENT };

/** A timer fires ten seconds after every attempt, also in the next one: it counts only without other messages. */
export const SILENCE_TIMER: Rule = {
  by: 'the duration of the attempt (ten seconds)',
  judge: ({ spokenForMs, seen }) => {
    if (spokenForMs !== null && spokenForMs >= WAITED_MS) return SILENT;
    return seen === 'nothing'
      ? [
          'ack-timeout',
          'listener-accepts-but-silent',
          'l4-accept-then-close',
          'slow-reverse-dns',
          'proxy-protocol-injected',
        ]
      : null;
  },
};
