import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { KeyAndCertificate } from './certificates.ts';

/**
 * Starts TLS as a server on a socket with earlier plain data. The TLS layer does not own the socket and does not receive
 * the peer's FIN, so its `end` always means a close_notify. A close_notify leaves a real controller's socket in CLOSE_WAIT
 * forever, so the socket is not closed here either.
 */
export function secureAsServer(
  socket: Socket,
  pair: KeyAndCertificate,
  onCloseNotify: () => void,
): TLSSocket {
  // Half-open: the peer's end must not end our side.
  const layer = new Duplex({
    allowHalfOpen: true,
    read: () => socket.resume(),
    write: (chunk, _encoding, done) => socket.write(chunk, () => done()),
    final: (done) => {
      socket.end();
      done();
    },
  });
  // requestCert: a controller requests a client certificate but does not require one.
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
    // Data before the FIN is decrypted after two turns of the event loop.
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

/** Resolves to true when the TLS handshake is complete, or to false if it fails. */
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
