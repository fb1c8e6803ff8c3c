import { REASONS } from '../protocol/reason.ts';
import { CATALOGUE } from './catalogue.ts';
import { COMPARISON_CODES } from './comparison-codes.ts';

/** `docs/diagnoses.md`, from the catalogue: one section per code, in an agent's order of steps. */
export function diagnosesReference(): string {
  const comparisons = Object.entries(COMPARISON_CODES);
  const observed = REASONS.map((code) => [code, CATALOGUE[code]] as const);
  const sections = [...observed, ...comparisons].map(([code, { severity, title, cause, remedy }]) => {
    return [`## ${code}`, '', `**${title}** (${severity})`, '', cause, '', `**Remedy:** ${remedy}`, ''].join(
      '\n',
    );
  });
  return [
    '# Diagnoses',
    '',
    'Generated from the catalogue in `src/diagnosis/` by `scripts/generate-reference.ts`.',
    '',
    'A code is the `code` of a diagnosis. Most are also the `reason` of a failed step and of `jenkins_agent_probe_failures_total`;',
    'the ones at the end come from several steps laid side by side. `error` keeps agents out; `warning` keeps some of them out, or soon will.',
    '',
    ...sections,
  ].join('\n');
}
