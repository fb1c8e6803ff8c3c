import { isDeepStrictEqual } from 'node:util';

/** A byte stream as it may arrive: in one piece, in two (cut at every boundary), and byte by byte. */
export function* cuts(bytes: Uint8Array): Generator<readonly Uint8Array[]> {
  yield [bytes];
  for (let at = 1; at < bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)];
  yield Array.from(bytes, (byte) => Uint8Array.of(byte));
}

/** The different things that `read` makes of a stream, over all its {@link cuts}: one, if cuts do not matter. */
export function outcomes<T>(bytes: Uint8Array, read: (chunks: readonly Uint8Array[]) => T): T[] {
  const different: T[] = [];
  for (const chunks of cuts(bytes)) {
    const outcome = read(chunks);
    if (!different.some((known) => isDeepStrictEqual(known, outcome))) different.push(outcome);
  }
  return different;
}

/** The bytes of memory that a view keeps alive; Node's pool for small buffers does not count. */
export function heldBy(view: Uint8Array): number {
  return view.buffer.byteLength === Buffer.poolSize ? view.byteLength : view.buffer.byteLength;
}
