import type { Code } from '../catalogue/codes.ts';
import { diagnosisOf } from '../catalogue/diagnosis.ts';
import { type Report, withSummary } from './report.ts';

/** A setting that stops an agent from starting: a code of the catalogue and a sentence. */
interface Mistake {
  readonly code: Code;
  readonly sentence: string;
}

/**
 * The report with the mistakes in an agent's environment first: that agent does not start, even if the network works.
 */
export function withMistakes(report: Report, mistakes: readonly Mistake[]): Report {
  if (mistakes.length === 0) return report;
  const found = mistakes.map(({ code, sentence }) => diagnosisOf(code, [sentence]));
  const others = report.diagnoses.filter(({ code }) => !mistakes.some((each) => each.code === code));
  return withSummary({ ...report, verdict: 'unreachable', diagnoses: [...found, ...others] });
}
