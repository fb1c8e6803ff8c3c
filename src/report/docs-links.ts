import type { Diagnosis } from '../catalogue/diagnosis.ts';

/** The part of a report that has links. */
interface Diagnosed {
  readonly diagnoses: readonly Diagnosis[];
}

/** The link to the page of a code. @param base absolute URL before the code; null without pages */
export function docsLink(code: string, base: string | null): string | null {
  return base === null ? null : `${base}${code}`;
}

/** The report with links from its diagnoses to their pages. */
export function withDocs<T extends Diagnosed>(report: T, base: string | null): T {
  const diagnoses = report.diagnoses.map((each) => ({ ...each, docs: docsLink(each.code, base) }));
  return { ...report, diagnoses };
}
