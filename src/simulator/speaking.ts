import type { Socket } from 'node:net';
import type { Duplex, Writable } from 'node:stream';

/** Sends `words` and closes the connection when they are sent, like Java's `Socket.close`. */
export function endWith(socket: Socket, words: string | Uint8Array): void {
  socket.end(words, () => socket.destroy());
}

/** Discards all input until the peer closes its side, then closes. */
export function drain(stream: Duplex): void {
  stream.on('end', () => stream.destroy());
  stream.resume();
}

/** Sends `words` one byte a second and closes after the last. */
export function drip(stream: Writable, words: string): void {
  let said = 0;
  const timer = setInterval(() => {
    if (said < words.length) stream.write(words.charAt(said++), 'latin1');
    else stream.destroy();
  }, 1000);
  stream.on('close', () => clearInterval(timer));
}

/**
 * Sends `chunk` every ten milliseconds while the peer reads, which exceeds any usual cap in a fraction of a second without
 * using a whole processor.
 */
export function pour(stream: Writable, chunk: string): void {
  const timer = setInterval(() => {
    if (!stream.writableNeedDrain) stream.write(chunk, 'latin1');
  }, 10);
  stream.on('close', () => clearInterval(timer));
}
