import { REASONS } from '../protocol/reason.ts';
import { CATALOGUE } from './catalogue.ts';

/** `docs/diagnoses.md`, from the catalogue: one section per code, in an agent's order of steps. */
export function diagnosesReference(): string {
  const sections = REASONS.map((code) => {
    const { severity, title, cause, remedy } = CATALOGUE[code];
    return [`## ${code}`, '', `**${title}** (${severity})`, '', cause, '', `**Remedy:** ${remedy}`, ''].join(
      '\n',
    );
  });
  return [
    '# Diagnoses',
    '',
    'Generated from the catalogue in `src/diagnosis/` by `scripts/generate-reference.ts`.',
    '',
    'A code is the `reason` of a failed step, the `reason` label of `jenkins_agent_probe_failures_total`, and the `code` of',
    'a diagnosis. `error` keeps agents out; `warning` keeps some of them out, or soon will.',
    '',
    ...sections,
  ].join('\n');
}
