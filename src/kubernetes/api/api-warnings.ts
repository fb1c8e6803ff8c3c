import { oneLine } from '../../model/scrub.ts';

/** The maximum number of different warnings; a proxy may invent more. */
const MAX_WARNINGS = 100;
const MAX_LENGTH = 300;

/** Passes on each warning of the API server once. Source: RFC 7234, `299 - "text"`, as Kubernetes 1.19 and newer sends it. */
export class ApiWarnings {
  readonly #warned: (warning: string) => void;
  readonly #seen = new Set<string>();

  constructor(warned: (warning: string) => void) {
    this.#warned = warned;
  }

  /** @param header the values of the header `Warning` of one answer */
  read(header: string | readonly string[] | undefined): void {
    for (const value of header === undefined ? [] : [header].flat()) {
      for (const [, quoted = ''] of value.matchAll(/\b299 \S+ "((?:[^"\\]|\\.)*)"/g)) {
        const text = oneLine(quoted.replaceAll(/\\(.)/g, '$1'), MAX_LENGTH);
        if (this.#seen.has(text) || this.#seen.size >= MAX_WARNINGS) continue;
        this.#seen.add(text);
        this.#warned(text);
      }
    }
  }
}
