import type { Reason } from './reason.ts';

/**
 * The kind of a peer, identified by its first bytes. An agent logs them as `Incorrect acknowledgement received, expected
 * 0x000341434b got 0x…`; each kind has been seen in such a line.
 */
export type PeerKind =
  | 'http'
  | 'html'
  | 'tls'
  | 'ssh'
  | 'ping'
  | 'unknown-protocol'
  | 'disabled-protocol'
  | 'unrecognized-protocol'
  | 'other';

const SIGNS: readonly (readonly [PeerKind, Buffer])[] = [
  ['http', Buffer.from('HTTP/', 'latin1')],
  ['html', Buffer.from('<htm', 'latin1')],
  ['html', Buffer.from('<HTM', 'latin1')],
  ['html', Buffer.from('<!do', 'latin1')],
  ['html', Buffer.from('<!DO', 'latin1')],
  ['tls', Buffer.from([0x15, 0x03])], // alert
  ['tls', Buffer.from([0x16, 0x03])], // handshake
  ['ssh', Buffer.from('SSH-', 'latin1')],
  ['ping', Buffer.from('Ping', 'latin1')],
  ['unknown-protocol', Buffer.from('Unkno', 'latin1')], // "Unknown protocol:"
  ['disabled-protocol', Buffer.from('Disab', 'latin1')], // "Disabled protocol:"
  ['unrecognized-protocol', Buffer.from('Unrec', 'latin1')], // "Unrecognized protocol:": a hop inserted bytes before ours
];

/** Returns the kind of the peer that sent these first bytes. */
export function identifyPeer(first: Uint8Array): PeerKind {
  const bytes = Buffer.from(first.buffer, first.byteOffset, first.byteLength);
  for (const [kind, sign] of SIGNS) {
    if (bytes.subarray(0, sign.length).equals(sign)) return kind;
  }
  return 'other';
}

const REASON_OF_PEER: Readonly<Record<PeerKind, Reason>> = {
  http: 'alb-or-http-lb-on-50000',
  html: 'alb-or-http-lb-on-50000',
  tls: 'tls-terminated-on-50000',
  ssh: 'ssh-on-agent-port',
  ping: 'not-an-agent-port',
  'unknown-protocol': 'not-an-agent-port',
  'disabled-protocol': 'not-an-agent-port',
  'unrecognized-protocol': 'stream-rewritten',
  other: 'not-an-agent-port',
};

/** Every reason that the first bytes of a peer can give. */
export const PEER_REASONS: readonly Reason[] = [...new Set(Object.values(REASON_OF_PEER))];

/** Returns the reason for these first bytes in an answer to any request except JNLP4. */
export function reasonOfBytes(received: Uint8Array): Reason {
  return REASON_OF_PEER[identifyPeer(received)];
}

/** Returns the reason for these bytes instead of the acknowledgement of JNLP4: a refused protocol is JNLP4 itself. */
export function reasonOfWrongAck(received: Uint8Array): Reason {
  const kind = identifyPeer(received);
  return kind === 'unknown-protocol' || kind === 'disabled-protocol'
    ? 'jnlp4-disabled'
    : REASON_OF_PEER[kind];
}

/** Returns the first bytes as lower-case hex, at most 32 of them. */
export function hexStart(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 32)).toString('hex');
}

/** Returns the first bytes as printable ASCII, all others as `.`, at most 32 characters. */
export function printableStart(bytes: Uint8Array): string {
  return printable(Buffer.from(bytes.subarray(0, 32)).toString('latin1'));
}

/** Returns a text as printable ASCII, all other characters as `.`. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '.');
}
