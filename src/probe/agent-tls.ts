import type { Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { StepLimit } from './deadline.ts';
import type { Finding } from './recording.ts';
import { codeOf } from './stream.ts';

/** TLS on top of an acknowledged JNLP4 connection. */
export interface AgentTls {
  readonly tls: TLSSocket;
  /** Resolves to null when TLS is up, or to why it is not. Never rejects. */
  readonly secured: Promise<Finding | null>;
}

/**
 * Starts TLS as the client of JNLP4, on a socket from which exactly the acknowledgement was read. There is no SNI and
 * no client certificate. The socket must allow half-open: the peer's end must not make Node answer with close_notify.
 */
export function startAgentTls(socket: Socket, limit: StepLimit): AgentTls {
  const tls = connect({
    socket,
    // The certificate is self-signed; its key is compared with the instance identity instead.
    rejectUnauthorized: false,
    // Controllers keep their key for many years: an old, short one must still be readable to be compared.
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  const secured = new Promise<Finding | null>((resolve) => {
    const finish = (finding: Finding | null) => {
      limit.signal.removeEventListener('abort', onAbort);
      socket.off('close', onClose);
      resolve(finding);
    };
    const onAbort = () =>
      finish({
        reason: 'jnlp4-tls-timeout',
        detail: `the TLS handshake was not finished within ${limit.limitMs} ms`,
      });
    const onClose = () =>
      finish({ reason: 'jnlp4-tls-failed', detail: 'the connection was closed during the TLS handshake' });
    limit.signal.addEventListener('abort', onAbort);
    if (limit.signal.aborted) onAbort();
    tls.once('secureConnect', () => finish(null));
    // Kept for the life of the socket: a later error is seen by whoever reads, and must not end the process.
    tls.on('error', (error) =>
      finish({ reason: 'jnlp4-tls-failed', detail: `TLS failed (${codeOf(error)})` }),
    );
    tls.once('end', onClose).once('close', onClose);
    socket.once('close', onClose);
  });
  return { tls, secured };
}
