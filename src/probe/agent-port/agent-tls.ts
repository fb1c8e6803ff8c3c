import type { Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { StepFailure } from '../recording.ts';
import type { StepLimit } from '../wire/deadline.ts';
import { AGENT_CIPHERS, hintOfTlsError } from '../wire/key-exchange.ts';
import { ownFailure } from '../wire/own-failure.ts';
import { type TlsEnd, waitForTls } from '../wire/tls-wait.ts';

/** TLS on top of an acknowledged JNLP4 connection. */
interface AgentTls {
  readonly tls: TLSSocket;
  /** Resolves to null after the TLS handshake, or to its failure. Never rejects. */
  readonly secured: Promise<StepFailure | null>;
}

/**
 * Starts TLS as the client of JNLP4, on a socket from which exactly the acknowledgement was read, without SNI and without
 * a client certificate. The socket must allow half-open, so that Node does not answer the peer's end with close_notify.
 */
export function startAgentTls(socket: Socket, limit: StepLimit): AgentTls {
  const tls = connect({
    socket,
    // The certificate is self-signed. Its key is compared with the instance identity instead.
    rejectUnauthorized: false,
    ciphers: AGENT_CIPHERS,
  });
  const secured = waitForTls(tls, socket, limit).then((end) => describeEnd(end, limit));
  return { tls, secured };
}

/** Returns the failure for a timeout of the TLS handshake. */
export function tlsTimeout(limit: StepLimit): StepFailure {
  return {
    reason: 'jnlp4-tls-timeout',
    detail: `the TLS handshake was not finished within ${limit.limitMs} ms`,
    limitMs: limit.limitMs,
  };
}

function describeEnd(end: TlsEnd, limit: StepLimit): StepFailure | null {
  switch (end.type) {
    case 'secure':
      return null;
    case 'timeout':
      return tlsTimeout(limit);
    case 'closed':
      return { reason: 'jnlp4-tls-failed', detail: 'the connection was closed during the TLS handshake' };
    case 'error':
      return (
        ownFailure(end.code) ?? {
          reason: 'jnlp4-tls-failed',
          detail: `TLS failed (${end.code})${hintOfTlsError(end.code)}`,
        }
      );
  }
}
