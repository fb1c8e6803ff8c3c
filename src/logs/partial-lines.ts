/** Longer lines are cut: known messages are much shorter. */
export const MAX_LINE = 2000;

/** One line of the log. */
export interface RawLine {
  /** From 1, in the original log. */
  readonly number: number;
  readonly text: string;
}

/** A container line in CRI format: `P` if the next line of the same stream continues it, `F` at its end. */
const CRI = /^\d{4}-\d\d-\d\dT\S{8,30} (stdout|stderr) ([FP]) /;

/** True if the next line of the stream continues this one. Spaces at its end count. */
export function isPartial(text: string): boolean {
  return CRI.exec(text)?.[2] === 'P';
}

/** Lines with the parts of long ones joined, under the number of the first part. */
export function* joinPartial(lines: Iterable<RawLine>): Generator<RawLine> {
  const open = new Map<string, RawLine>();
  for (const line of lines) {
    const match = CRI.exec(line.text);
    const [head = '', stream = '', tag = ''] = match ?? [];
    const before = open.get(stream);
    if (match === null || (before === undefined && tag === 'F')) {
      yield line;
      continue;
    }
    const whole = before === undefined ? line : append(before, line.text.slice(head.length));
    if (tag === 'P') {
      open.set(stream, whole);
      continue;
    }
    open.delete(stream);
    yield whole;
  }
  yield* open.values();
}

function append({ number, text }: RawLine, part: string): RawLine {
  return { number, text: `${text}${part}`.slice(0, MAX_LINE) };
}
