import fc from 'fast-check';
import type { Test } from 'tap';

/** Asserts that `property` is true for all generated values. Shows the smallest counterexample. */
export function holds<T>(
  t: Test,
  values: fc.Arbitrary<T>,
  property: (value: T) => boolean,
  parameters: fc.Parameters<[T]> = {},
): void {
  const run = fc.check(fc.property(values, property), parameters);
  t.equal(fc.defaultReportMessage(run), undefined, `holds for ${run.numRuns} values`);
}

/** Returns true if `read` returns or throws its documented error. */
export function onlyThrows(documented: new (...args: never[]) => Error, read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    return error instanceof documented;
  }
}

/** Arbitrary input in pieces: a few bytes of any kind, none, or up to `longest` bytes of one kind. */
export function anyChunks(longest: number): fc.Arbitrary<Uint8Array[]> {
  const long = fc.tuple(fc.nat(longest), fc.nat(255)).map(([length, byte]) => Buffer.alloc(length, byte));
  return fc.array(fc.oneof(fc.uint8Array(), long));
}

/** Arbitrary pieces of these bytes. */
export function piecesOf(bytes: Uint8Array): fc.Arbitrary<Uint8Array[]> {
  return fc.array(fc.nat(bytes.length), { maxLength: 8 }).map((places) => {
    const bounds = [0, ...places.sort((a, b) => a - b), bytes.length];
    return bounds.slice(1).map((end, i) => bytes.subarray(bounds[i], end));
  });
}
