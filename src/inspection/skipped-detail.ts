const BEGINNING = 'not checked whether ';

/** The detail of a skipped rule. @param holds the sentence of the rule, without a colon */
export function describeSkipped(holds: string, reason: string): string {
  return `${BEGINNING}${holds}: ${reason}`;
}

/** The reason in a detail that {@link describeSkipped} made; null for any other text. */
export function reasonOfSkipped(detail: string): string | null {
  const end = detail.indexOf(': ');
  return detail.startsWith(BEGINNING) && end > 0 ? detail.slice(end + 2) : null;
}
