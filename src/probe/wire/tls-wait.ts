import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { codeOf } from '../../model/error-code.ts';
import type { StepLimit } from './deadline.ts';

/** The end of a TLS handshake. */
export type TlsEnd =
  | { readonly type: 'secure' }
  | { readonly type: 'timeout' }
  | { readonly type: 'closed' }
  | { readonly type: 'error'; readonly code: string };

/**
 * Waits until a handshake ends. Never rejects.
 * @param socket the TCP socket of `tls`
 */
export function waitForTls(tls: TLSSocket, socket: Socket, limit: StepLimit): Promise<TlsEnd> {
  return new Promise((resolve) => {
    const finish = (end: TlsEnd) => {
      limit.signal.removeEventListener('abort', onAbort);
      socket.off('close', onClose);
      resolve(end);
    };
    const onAbort = () => finish({ type: 'timeout' });
    const onClose = () => finish({ type: 'closed' });
    limit.signal.addEventListener('abort', onAbort);
    if (limit.signal.aborted) onAbort();
    tls.once('secureConnect', () => finish({ type: 'secure' }));
    // Never removed: a later error must not end the process.
    tls.on('error', (error) => finish({ type: 'error', code: codeOf(error) }));
    tls.once('end', onClose).once('close', onClose);
    socket.once('close', onClose);
  });
}
