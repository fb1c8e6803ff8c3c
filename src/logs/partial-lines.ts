import type { RawLine } from './lines.ts';

/** A line of a container as a CRI runtime keeps it: `P` where the next line of the same stream goes on, `F` at the end. */
const CRI = /^\d{4}-\d\d-\d\dT\S{8,30} (stdout|stderr) ([FP]) /;
/** A joined line is kept up to this. */
const MAX_JOINED = 2000;

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
  return { number, text: `${text}${part}`.slice(0, MAX_JOINED) };
}
