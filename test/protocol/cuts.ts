import { isDeepStrictEqual } from 'node:util';

/** Returns a byte stream in several divisions: in one piece, in two (cut at every boundary), and byte by byte. */
export function* cuts(bytes: Uint8Array): Generator<readonly Uint8Array[]> {
  yield [bytes];
  for (let at = 1; at < bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)];
  yield Array.from(bytes, (byte) => Uint8Array.of(byte));
}

/**
 * Returns the different results of `read` for a stream, over all its {@link cuts}: one result, if cuts have no effect.
 */
export function outcomes<T>(bytes: Uint8Array, read: (chunks: readonly Uint8Array[]) => T): T[] {
  const different: T[] = [];
  for (const chunks of cuts(bytes)) {
    const outcome = read(chunks);
    if (!different.some((known) => isDeepStrictEqual(known, outcome))) different.push(outcome);
  }
  return different;
}

/** Returns the number of bytes of memory that a view keeps allocated, without Node's pool for small buffers. */
export function heldBy(view: Uint8Array): number {
  return view.buffer.byteLength === Buffer.poolSize ? view.byteLength : view.buffer.byteLength;
}
