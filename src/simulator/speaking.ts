import type { Socket } from 'node:net';
import type { Duplex, Writable } from 'node:stream';

/** Says the last words and closes the connection once they are sent, as Java's `Socket.close` does. */
export function endWith(socket: Socket, words: string | Uint8Array): void {
  socket.end(words, () => socket.destroy());
}

/** Reads and forgets everything until the peer closes its side, then closes. */
export function drain(stream: Duplex): void {
  stream.on('end', () => stream.destroy());
  stream.resume();
}

/** Says `words` one byte a second and closes after the last. */
export function drip(stream: Writable, words: string): void {
  let said = 0;
  const timer = setInterval(() => {
    if (said < words.length) stream.write(words.charAt(said++), 'latin1');
    else stream.destroy();
  }, 1000);
  stream.on('close', () => clearInterval(timer));
}

/**
 * Says `chunk` again and again for as long as the peer takes it: every ten milliseconds, which passes any sensible cap
 * in a fraction of a second without keeping a processor busy.
 */
export function pour(stream: Writable, chunk: string): void {
  const timer = setInterval(() => {
    if (!stream.writableNeedDrain) stream.write(chunk, 'latin1');
  }, 10);
  stream.on('close', () => clearInterval(timer));
}
