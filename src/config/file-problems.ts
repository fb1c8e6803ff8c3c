import type { BrokenParts } from './broken-parts.ts';
import { formatPath, type Path, type Problem, type ProblemSink } from './problems.ts';
import type { YamlFile } from './yaml-file.ts';

/** The problems of one file. A problem in a part that is broken already is not noted: it would be a consequence. */
export class FileProblems {
  readonly #file: Omit<YamlFile, 'value'>;
  readonly #broken: BrokenParts;
  readonly #found: Problem[] = [];
  readonly #warnings: Problem[] = [];

  constructor(file: Omit<YamlFile, 'value'>, broken: BrokenParts) {
    this.#file = file;
    this.#broken = broken;
    for (const { path, line } of file.duplicates) {
      this.note(path, 'duplicate key', null, line);
    }
  }

  /** By line; those of the environment come last. */
  get sorted(): readonly Problem[] {
    const lineOf = ({ line }: Problem) => line ?? Number.POSITIVE_INFINITY;
    return this.#found.toSorted((a, b) => (lineOf(a) === lineOf(b) ? 0 : lineOf(a) - lineOf(b)));
  }

  /** What is valid and has no effect. */
  get warnings(): readonly Problem[] {
    return this.#warnings;
  }

  /** Takes problems that were placed elsewhere. */
  get unplaced(): Problem[] {
    return this.#found;
  }

  /** Whether what is at a place is what the user meant: it is not broken, and not there twice. */
  isCertain(...path: Path): boolean {
    const twice = this.#file.duplicates.some(({ path: key }) =>
      key.every((part, index) => part === path[index]),
    );
    return !twice && !this.#broken.has(path);
  }

  /** Whether there is a problem at a place or below it. */
  within(...path: Path): boolean {
    const place = formatPath(path);
    return this.#found.some(
      ({ path: at }) => at.startsWith(place) && /^($|[.[])/.test(at.slice(place.length)),
    );
  }

  /** Notes something that is valid and has no effect. */
  warn(path: Path, message: string): void {
    const { name: file } = this.#file;
    const line = this.#file.lineOf(path);
    this.#warnings.push({ message, file, line, path: formatPath(path), suggestion: null });
  }

  /** Notes a problem, even in a broken part. @param line where the line of the path is not the one that counts */
  note(path: Path, message: string, suggestion: string | null = null, line = this.#file.lineOf(path)): void {
    this.#found.push({ message, file: this.#file.name, line, path: formatPath(path), suggestion });
  }

  /** Takes the problems of one place. */
  at(...place: Path): ProblemSink {
    return {
      nameOf: (path) => path,
      add: (path, message, suggestion) => {
        const parts = path.split('.').filter((part) => part !== '');
        const full = [...place, ...parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part))];
        if (!this.#broken.has(full)) this.note(full, message, suggestion);
      },
    };
  }

  /** Takes the problems of what several controllers share, each of them once. */
  shared(): ProblemSink {
    const sink = this.at();
    return {
      nameOf: sink.nameOf,
      add: (path, message, suggestion) => {
        if (!this.#found.some((known) => known.path === path)) sink.add(path, message, suggestion);
      },
    };
  }
}
