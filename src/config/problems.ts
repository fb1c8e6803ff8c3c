import { oneLine } from '../model/scrub.ts';

/** Where a value is in a file: keys of objects and indices of lists. */
export type Path = readonly (string | number)[];

/** `controllers[0].tunnel`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

/** One thing that is wrong with the configuration, and where. */
export interface Problem {
  /** One sentence, without the place. */
  readonly message: string;
  /** The file, or null where the value came from the environment or the command line. */
  readonly file: string | null;
  readonly line: number | null;
  /** The place within the file, `controllers[0].tunnel`, the environment variable, or the option. */
  readonly path: string;
  /** What was probably meant, or null. */
  readonly suggestion: string | null;
}

/** The configuration cannot be used. The message has one line for each problem; none of them shows a secret. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** A path and a message are far shorter; a key of the file may be anything. */
const MAX_LINE = 1000;

/**
 * `probe.yaml:7: controllers[0].tunel: unknown key, did you mean "tunnel"?` One line, safe on a terminal whatever the
 * file holds.
 */
export function formatProblem({ message, file, line, path, suggestion }: Problem): string {
  const place = [
    file === null ? '' : line === null ? `${file}: ` : `${file}:${line}: `,
    path === '' ? '' : `${path}: `,
  ];
  const hint = suggestion === null ? '' : `, did you mean ${JSON.stringify(suggestion)}?`;
  return oneLine(`${place.join('')}${message}${hint}`, MAX_LINE);
}

/** Collects problems of one place in the configuration. */
export interface ProblemSink {
  /** Notes a problem at a path below this place; `''` is the place itself. */
  add(path: string, message: string, suggestion?: string | null): void;
  /** What the user wrote to set a path below this place: a key, a variable, an option. */
  nameOf(path: string): string;
}

/**
 * Returns what `make` makes, or null beside a problem when it throws an error of one of these kinds: they say in one
 * sentence what is wrong with an input.
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

/** The known word nearest to `word`, when it is near enough to be a typing error. */
export function nearest(word: string, known: readonly string[]): string | null {
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(1, Math.floor(best.candidate.length / 3))
    ? best.candidate
    : null;
}

/** Insertions, deletions, substitutions and swapped neighbours. */
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

/** Takes problems of values that are in no file. @param nameOf what the user wrote to set a path */
export function sinkInto(problems: Problem[], nameOf = (path: string) => path): ProblemSink {
  return {
    nameOf,
    add(path, message, suggestion = null) {
      problems.push({ message, file: null, line: null, path: nameOf(path), suggestion });
    },
  };
}
