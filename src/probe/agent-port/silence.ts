import { printableStart, reasonOfBytes } from '../../protocol/peer-bytes.ts';
import type { StepFailure } from '../recording.ts';
import { ownFailure } from '../wire/own-failure.ts';
import type { ReadEnd } from '../wire/read-until.ts';

/** Returns the failure for an open agent port that sent nothing. */
function failureOfSilence(end: ReadEnd, limitMs: number): StepFailure {
  switch (end.type) {
    case 'timeout':
    case 'done':
      return {
        reason: 'listener-accepts-but-silent',
        detail: `connected, but no answer within ${limitMs} ms`,
        limitMs,
      };
    case 'closed':
      return {
        reason: 'l4-accept-then-close',
        detail: 'the connection was accepted and closed without any data',
      };
    case 'error':
      return end.code === 'ECONNRESET' || end.code === 'EPIPE'
        ? { reason: 'l4-accept-then-close', detail: 'the connection was accepted and reset without any data' }
        : (ownFailure(end.code) ?? {
            reason: 'connection-failed',
            detail: `the connection failed (${end.code})`,
          });
  }
}

/** Returns the failure for an open agent port that sent an unexpected answer or nothing. */
export function failureOfBytes(received: Uint8Array, end: ReadEnd, limitMs: number): StepFailure {
  if (received.length === 0) return failureOfSilence(end, limitMs);
  const detail = `got ${received.length} bytes, "${printableStart(received)}"`;
  // After a time-out the rest of the answer may be unread.
  return { reason: reasonOfBytes(received), detail, ...(end.type === 'timeout' ? { limitMs } : {}) };
}
