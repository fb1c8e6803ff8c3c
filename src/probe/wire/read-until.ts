import type { Duplex } from 'node:stream';
import { codeOf } from '../../model/error-code.ts';
import type { StepLimit } from './deadline.ts';

/** The end of reading. */
export type ReadEnd =
  | { readonly type: 'done' }
  | { readonly type: 'closed' }
  | { readonly type: 'timeout' }
  | { readonly type: 'error'; readonly code: string };

/**
 * Passes received bytes to `take` until it returns true, the peer closes, or the time limit. Never rejects. Reads in paused
 * mode, so that the next reader of the stream (TLS, an HTTP parser) can continue.
 */
export function readUntil(
  stream: Duplex,
  limit: StepLimit,
  take: (chunk: Uint8Array) => boolean,
): Promise<ReadEnd> {
  return new Promise((resolve) => {
    const onReadable = () => {
      for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) {
        if (take(chunk)) return finish({ type: 'done' });
      }
    };
    const onEnd = () => finish({ type: 'closed' });
    const onError = (error: Error) => finish({ type: 'error', code: codeOf(error) });
    const onAbort = () => finish({ type: 'timeout' });
    const finish = (end: ReadEnd) => {
      stream.off('readable', onReadable).off('end', onEnd).off('close', onEnd).off('error', onError);
      limit.signal.removeEventListener('abort', onAbort);
      resolve(end);
    };
    if (limit.signal.aborted) return resolve({ type: 'timeout' });
    if (stream.readableEnded || stream.destroyed) return resolve({ type: 'closed' });
    limit.signal.addEventListener('abort', onAbort);
    stream.on('end', onEnd).on('close', onEnd).on('error', onError).on('readable', onReadable);
  });
}
