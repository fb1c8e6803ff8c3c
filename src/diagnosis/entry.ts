/** How bad a diagnosis is: `error` keeps agents out, `warning` some of them or soon, `info` is good to know. */
export type Severity = 'error' | 'warning' | 'info';

/** What the catalogue says about one reason. */
export interface CatalogueEntry {
  readonly severity: Severity;
  /** What is wrong, in a few words. */
  readonly title: string;
  /** Why it happens; "likely" where the evidence leaves room. */
  readonly cause: string;
  /** What mends it, with the setting or command. */
  readonly remedy: string;
}

/** An entry of severity `error`, the usual case. */
export function error(title: string, cause: string, remedy: string): CatalogueEntry {
  return { severity: 'error', title, cause, remedy };
}

/** An entry of severity `warning`. */
export function warning(title: string, cause: string, remedy: string): CatalogueEntry {
  return { severity: 'warning', title, cause, remedy };
}
