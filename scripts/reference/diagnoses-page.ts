import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { CODES, type Code } from '../../src/catalogue/codes.ts';
import { type CatalogueEntry, LAYERS, type Layer } from '../../src/catalogue/entry.ts';
import { LAYER_TITLES } from '../../src/pages/layer-titles.ts';

/** Returns `docs/reference/diagnoses.md`, from the catalogue: one section for each code, in the order of an agent's steps. */
export function diagnosesReference(): string {
  return [
    '# Diagnoses',
    '',
    'Generated from the catalogue in `src/catalogue/` by `npm run generate`.',
    '',
    'A code is the `code` of a diagnosis. Most codes are also the `reason` of a failed step and a value of the `reason` label',
    'of `jenkins_agent_probe_failures_by_reason_total`. Log lines are examples; host names and numbers differ.',
    '',
    '- `error`: agents cannot connect. `warning`: some agents cannot connect, or soon will not. `info`: for information.',
    '- `certain`: the evidence excludes every other cause. `likely`: the usual cause. `possible`: one of several causes. It is',
    '  the highest confidence of a report. If only one step or one log line shows the code, the confidence after "alone" applies.',
    '',
    ...LAYERS.flatMap(layerSection),
  ].join('\n');
}

function layerSection(layer: Layer): string[] {
  const codes = CODES.filter((code) => CATALOGUE[code].layer === layer);
  return [`## ${LAYER_TITLES[layer]}`, '', ...codes.flatMap(codeSection)];
}

function codeSection(code: Code): string[] {
  const { severity, confidence, observedAlone, title, cause, remedy, steps, ...entry } = CATALOGUE[code];
  const sure = observedAlone === confidence ? confidence : `${confidence}, alone ${observedAlone}`;
  return [
    `### ${code}`,
    '',
    `**${title}** (${severity}; ${sure})`,
    '',
    cause,
    '',
    ...remedyLines(remedy),
    '',
    ...(steps.length === 0 ? [] : [`**Steps:** ${steps.map((step) => `\`${step}\``).join(', ')}`, '']),
    ...logLines("In the agent's log", entry.agentLog),
    ...logLines("In the controller's log", entry.controllerLog),
    ...whereNext(entry),
  ];
}

function remedyLines(steps: readonly string[]): string[] {
  if (steps.length === 1) return [`**Remedy:** ${steps[0]}`];
  return ['**Remedy:**', '', ...steps.map((step, index) => `${index + 1}. ${step}`)];
}

function logLines(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${heading}:`, '', '```text', ...lines, '```', ''];
}

function whereNext({ next, hints }: Pick<CatalogueEntry, 'next' | 'hints'>): string[] {
  if (next.length + hints.length === 0) return [];
  const codes = next.length === 0 ? [] : [`- ${next.map(link).join(', ')}`];
  return ['**Where to look next:**', '', ...hints.map((hint) => `- ${hint}`), ...codes, ''];
}

function link(code: Code): string {
  return `[${code}](#${code})`;
}
