import fc from 'fast-check';
import type { Test } from 'tap';

/** Asserts once that `property` holds for anything that `values` makes up; shows the smallest counterexample. */
export function holds<T>(
  t: Test,
  values: fc.Arbitrary<T>,
  property: (value: T) => boolean,
  parameters: fc.Parameters<[T]> = {},
): void {
  const run = fc.check(fc.property(values, property), parameters);
  t.equal(fc.defaultReportMessage(run), undefined, `holds for ${run.numRuns} values`);
}

/** Whether `read` ends well or throws what it is documented to throw. */
export function onlyThrows(documented: new (...args: never[]) => Error, read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    return error instanceof documented;
  }
}

/** What arrives from anyone at all: a few bytes of any kind, none, or up to `longest` of one kind, piece by piece. */
export function anyChunks(longest: number): fc.Arbitrary<Uint8Array[]> {
  const long = fc.tuple(fc.nat(longest), fc.nat(255)).map(([length, byte]) => Buffer.alloc(length, byte));
  return fc.array(fc.oneof(fc.uint8Array(), long));
}

/** Any pieces of these bytes. */
export function piecesOf(bytes: Uint8Array): fc.Arbitrary<Uint8Array[]> {
  return fc.array(fc.nat(bytes.length), { maxLength: 8 }).map((places) => {
    const bounds = [0, ...places.sort((a, b) => a - b), bytes.length];
    return bounds.slice(1).map((end, i) => bytes.subarray(bounds[i], end));
  });
}
