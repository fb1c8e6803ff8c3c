import type { Code } from '../catalogue/codes.ts';

/** What a message means: the likeliest code first, then those that write the same line. */
export type Meaning = readonly [Code, ...Code[]];

/** What a pattern's meaning may depend on. */
export interface Context {
  /** The texts at the `…` of the pattern, in order, the last one to the line's end. */
  readonly gaps: readonly string[];
  /** What the words of Java in the whole record mean, as a failure at a door; null where none is known. */
  readonly failure: (door: Door) => Meaning | null;
  /** The agent was connected when this was logged. */
  readonly connected: boolean;
  /** What the agent's look at the agent port just before gave; null where there was none. */
  readonly portCheck: Meaning | null;
  /** Agents that the controller itself has ended, or that said they would not come back. */
  readonly dismissed: ReadonlySet<string>;
}

/** Where an agent was connecting to when Java's network code failed. */
export type Door = 'web' | 'port';

/** A message to recognise. */
export interface LogPattern {
  /** Parts of the line in their order, `…` standing for whatever is between: matched in linear time. */
  readonly text: string;
  /** null: on a closer look this is no sign of trouble. */
  readonly means: Meaning | ((context: Context) => Meaning | null);
  /** 3: the cause itself; 2: a message that names the trouble; 1: a mere symptom. The highest in a record counts. */
  readonly weight: 1 | 2 | 3;
}

/** A pattern with its parts cut apart once. */
export interface CompiledPattern extends LogPattern {
  readonly parts: readonly string[];
}

export function compile(patterns: readonly LogPattern[]): readonly CompiledPattern[] {
  return patterns.map((pattern) => ({ ...pattern, parts: pattern.text.split('…') }));
}

/** The texts in the gaps of a pattern when the line has all of its parts in order, else null. */
export function gapsOf({ parts }: CompiledPattern, line: string): readonly string[] | null {
  const first = line.indexOf(parts[0] ?? '');
  if (first < 0) return null;
  const gaps: string[] = [];
  let at = first + (parts[0]?.length ?? 0);
  for (const part of parts.slice(1)) {
    const next = part === '' ? line.length : line.indexOf(part, at);
    if (next < 0) return null;
    gaps.push(line.slice(at, next));
    at = next + part.length;
  }
  return gaps;
}
