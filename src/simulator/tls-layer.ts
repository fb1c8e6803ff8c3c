import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { KeyAndCertificate } from './certificates.ts';

/**
 * TLS as a server on a socket that has spoken plainly before. The TLS layer does not own the socket: a FIN of the peer
 * is kept from it, so that its `end` means one thing only, a close_notify. That is the one polite ending which leaves a
 * real controller's socket in CLOSE_WAIT for ever, and so it does here: nothing closes the socket then.
 */
export function secureAsServer(
  socket: Socket,
  pair: KeyAndCertificate,
  onCloseNotify: () => void,
): TLSSocket {
  // Half-open, and TLS on it with it: an end of the peer's must not end our side.
  const layer = new Duplex({
    allowHalfOpen: true,
    read: () => socket.resume(),
    write: (chunk, _encoding, done) => socket.write(chunk, () => done()),
    final: (done) => {
      socket.end();
      done();
    },
  });
  // requestCert: a controller wants a client certificate and does not need one.
  const tls = new TLSSocket(layer, {
    isServer: true,
    secureContext: createSecureContext(pair),
    requestCert: true,
    rejectUnauthorized: false,
  });
  let notified = false;
  tls.on('end', () => {
    notified = true;
    onCloseNotify();
  });
  tls.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    if (!layer.push(chunk)) socket.pause();
  });
  socket.on('end', () => {
    // What came before the FIN has been decrypted by the time the event loop has turned twice.
    setImmediate(() =>
      setImmediate(() => {
        if (!notified) socket.destroy();
      }),
    );
  });
  socket.on('close', () => {
    tls.destroy();
    layer.destroy();
  });
  socket.resume();
  return tls;
}

/** Resolves once the TLS handshake is complete; false when it never will be. */
export async function secured(tls: TLSSocket): Promise<boolean> {
  const over = new AbortController();
  tls.once('close', () => over.abort());
  try {
    await once(tls, 'secure', { signal: over.signal });
    return true;
  } catch {
    return false;
  }
}
