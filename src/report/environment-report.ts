import type { Code } from '../catalogue/codes.ts';
import { diagnosisOf } from '../catalogue/diagnosis.ts';
import { type Report, withSummary } from './report.ts';

/** A setting with which an agent does not start, as a code of the catalogue and a sentence. */
export interface Mistake {
  readonly code: Code;
  readonly sentence: string;
}

/**
 * Puts the mistakes in an agent's environment before what was probed without them: its agent does not start, whatever the
 * network does.
 */
export function withMistakes(report: Report, mistakes: readonly Mistake[]): Report {
  if (mistakes.length === 0) return report;
  const found = mistakes.map(({ code, sentence }) => diagnosisOf(code, [sentence]));
  const others = report.diagnoses.filter(({ code }) => !mistakes.some((each) => each.code === code));
  return withSummary({ ...report, verdict: 'unreachable', diagnoses: [...found, ...others] });
}
