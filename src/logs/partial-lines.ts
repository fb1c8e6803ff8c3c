/** Longer lines are cut: no known message is nearly as long. */
export const MAX_LINE = 2000;

/** One line as it stands in the log. */
export interface RawLine {
  /** From 1, in the log as it was given. */
  readonly number: number;
  readonly text: string;
}

/** A line of a container as a CRI runtime keeps it: `P` where the next line of the same stream goes on, `F` at the end. */
const CRI = /^\d{4}-\d\d-\d\dT\S{8,30} (stdout|stderr) ([FP]) /;

/** Whether a line goes on in the next one of its stream: the spaces at its end count. */
export function isPartial(text: string): boolean {
  return CRI.exec(text)?.[2] === 'P';
}

/** Lines with the parts of a long one put together, under the number of the first part. */
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
