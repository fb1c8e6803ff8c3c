import { printableStart, reasonOfBytes } from '../../protocol/peer-bytes.ts';
import type { Finding } from '../recording.ts';
import type { ReadEnd } from '../wire/read-until.ts';

/** What it means that an open agent port sent nothing at all. */
function findingOfSilence(end: ReadEnd, limitMs: number): Finding {
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

/** What it means that an open agent port sent something else than was asked for, or nothing. */
export function findingOfAnswer(received: Uint8Array, end: ReadEnd, limitMs: number): Finding {
  if (received.length === 0) return findingOfSilence(end, limitMs);
  const detail = `got ${received.length} bytes, "${printableStart(received)}"`;
  return { reason: reasonOfBytes(received), detail };
}
