import { oneLine } from '../model/scrub.ts';
import type { FileRead } from './file-reads.ts';

/** The path of a value in a file: keys of objects and indices of lists. */
export type Path = readonly (string | number)[];

/** Formats a path, for example `controllers[0].tunnel`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

/** One problem of the configuration and its location. */
export interface Problem {
  /** One sentence, without the location. */
  readonly message: string;
  /** The file; null if the value is from the environment or the command line. */
  readonly file: string | null;
  readonly line: number | null;
  /** The path in the file, such as `controllers[0].tunnel`, the environment variable, or the option. */
  readonly path: string;
  /** The word that was probably meant, or null. */
  readonly suggestion: string | null;
}

/** The configuration cannot be used. The message has one line for each problem, without secrets. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];
  /** The files that were read, or could not be read, before it was thrown. */
  readonly files: readonly FileRead[];

  constructor(problems: readonly Problem[], files: readonly FileRead[] = []) {
    super(problems.map(formatProblem).join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
    this.files = files;
  }
}

/** The limit of a line, because a key of the file can be very long. */
const MAX_LINE = 1000;

/**
 * Formats a problem as one line: `probe.yaml:7: controllers[0].tunel: unknown key, did you mean "tunnel"?` Control
 * characters of the file are escaped.
 */
export function formatProblem({ message, file, line, path, suggestion }: Problem): string {
  const place = [
    file === null ? '' : line === null ? `${file}: ` : `${file}:${line}: `,
    path === '' ? '' : `${path}: `,
  ];
  const hint = suggestion === null ? '' : `, did you mean ${JSON.stringify(suggestion)}?`;
  return oneLine(`${place.join('')}${message}${hint}`, MAX_LINE);
}

/** Collects the problems of one part of the configuration. */
export interface ProblemSink {
  /** Adds a problem at a path below this part; `''` is the part itself. */
  add(path: string, message: string, suggestion?: string | null): void;
  /** Returns the key, variable or option with which the user set a path below this part. */
  nameOf(path: string): string;
}

/**
 * Returns the result of `make`. If it throws an error of one of these kinds, adds the error's message as a problem and
 * returns null.
 */
export function valueOrProblem<T>(
  problems: ProblemSink,
  path: string,
  kinds: readonly (new (...parts: never[]) => Error)[],
  make: () => T,
): T | null {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof Error) || !kinds.some((kind) => error instanceof kind)) throw error;
    problems.add(path, error.message);
    return null;
  }
}

/** Returns the known word nearest to `word` if the difference can be a typing error; else null. */
export function nearest(word: string, known: readonly string[]): string | null {
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(1, Math.floor(best.candidate.length / 3))
    ? best.candidate
    : null;
}

/** Returns the number of insertions, deletions, substitutions and swapped neighbours between two words. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 4) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : substitution;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution, swap));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Returns a sink for problems of values that are not in a file. @param nameOf returns the user's name of a path */
export function sinkInto(problems: Problem[], nameOf = (path: string) => path): ProblemSink {
  return {
    nameOf,
    add(path, message, suggestion = null) {
      problems.push({ message, file: null, line: null, path: nameOf(path), suggestion });
    },
  };
}
