/** One series: `name{labels}` and its value. */
interface Series {
  readonly text: string;
  value: number;
}

/** The series of a family for one controller, by the values of their other labels. */
export class SeriesGroup {
  readonly #series = new Map<string, Series>();
  /** null after a change. */
  #lines: string | null = null;

  /** The lines of all series. Between two scrapes, most groups do not change. */
  get lines(): string {
    // `join` makes one text, not a tree of its parts, which would be larger and slower to read.
    this.#lines ??= Array.from(this.#series.values(), ({ text, value }) => `${text} ${value}\n`).join('');
    return this.#lines;
  }

  /** Returns the value of a series; 0 without one. */
  valueOf(key: string): number {
    return this.#series.get(key)?.value ?? 0;
  }

  /** Sets a value. @param textOf called for a new series, because results come by the hundred */
  set(key: string, value: number, textOf: () => string): void {
    const series = this.#series.get(key);
    if (series?.value === value) return;
    if (series === undefined) this.#series.set(key, { text: textOf(), value });
    else series.value = value;
    this.#lines = null;
  }

  delete(key: string): void {
    if (this.#series.delete(key)) this.#lines = null;
  }
}
