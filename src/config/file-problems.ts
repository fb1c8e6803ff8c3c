import type { BrokenParts } from './broken-parts.ts';
import { formatPath, type Path, type Problem, type ProblemSink } from './problems.ts';
import type { YamlFile } from './yaml-file.ts';

/** The problems of one file. A problem inside a broken part is not added: it is a consequence. */
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

  /** The problems by line; those of the environment are last. */
  get sorted(): readonly Problem[] {
    const lineOf = ({ line }: Problem) => line ?? Number.POSITIVE_INFINITY;
    return this.#found.toSorted((a, b) => (lineOf(a) === lineOf(b) ? 0 : lineOf(a) - lineOf(b)));
  }

  /** Valid settings that have no effect. */
  get warnings(): readonly Problem[] {
    return this.#warnings;
  }

  /** The list for problems that have a path already. */
  get unplaced(): Problem[] {
    return this.#found;
  }

  /** Returns true if the value at a path is neither broken nor duplicate. */
  isCertain(...path: Path): boolean {
    const twice = this.#file.duplicates.some(({ path: key }) =>
      key.every((part, index) => part === path[index]),
    );
    return !twice && !this.#broken.has(path);
  }

  /** Returns true if there is a problem at a path or below it. */
  within(...path: Path): boolean {
    const place = formatPath(path);
    return this.#found.some(
      ({ path: at }) => at.startsWith(place) && /^($|[.[])/.test(at.slice(place.length)),
    );
  }

  /** Adds a warning for a valid setting that has no effect. */
  warn(path: Path, message: string): void {
    const { name: file } = this.#file;
    const line = this.#file.lineOf(path);
    this.#warnings.push({ message, file, line, path: formatPath(path), suggestion: null });
  }

  /** Adds a problem, even in a broken part. @param line overrides the line of the path */
  note(path: Path, message: string, suggestion: string | null = null, line = this.#file.lineOf(path)): void {
    this.#found.push({ message, file: this.#file.name, line, path: formatPath(path), suggestion });
  }

  /** Returns a sink for problems at or below a path. */
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

  /** Returns a sink for problems of shared sections; it adds only one for each path. */
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
