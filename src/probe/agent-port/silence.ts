import { printableStart, reasonOfBytes } from '../../protocol/peer-bytes.ts';
import type { StepFailure } from '../recording.ts';
import type { ReadEnd } from '../wire/read-until.ts';

/** What it means that an open agent port sent nothing at all. */
function failureOfSilence(end: ReadEnd, limitMs: number): StepFailure {
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
export function failureOfBytes(received: Uint8Array, end: ReadEnd, limitMs: number): StepFailure {
  if (received.length === 0) return failureOfSilence(end, limitMs);
  const detail = `got ${received.length} bytes, "${printableStart(received)}"`;
  return { reason: reasonOfBytes(received), detail };
}
