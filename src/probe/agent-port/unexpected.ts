import { identifyPeer, type PeerKind } from '../../protocol/peer-bytes.ts';
import type { Reason } from '../../protocol/reason.ts';
import type { Finding } from '../recording.ts';
import type { ReadEnd } from '../wire/stream.ts';

/** What it means that an open agent port sent nothing at all. */
export function findingOfSilence(end: ReadEnd, limitMs: number): Finding {
  switch (end.type) {
    case 'timeout':
    case 'done':
      return {
        reason: 'listener-accepts-but-silent',
        detail: `the connection is open, but silent for ${limitMs} ms`,
      };
    case 'closed':
      return {
        reason: 'l4-accept-then-close',
        detail: 'the connection was accepted and closed without a byte',
      };
    case 'error':
      return end.code === 'ECONNRESET' || end.code === 'EPIPE'
        ? { reason: 'l4-accept-then-close', detail: 'the connection was accepted and reset without a byte' }
        : { reason: 'connection-failed', detail: `the connection broke (${end.code})` };
  }
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

/** What it means that an open agent port sent these bytes where others were due. */
export function findingOfBytes(received: Uint8Array, detail: string): Finding {
  return { reason: REASON_OF_PEER[identifyPeer(received)], detail };
}
