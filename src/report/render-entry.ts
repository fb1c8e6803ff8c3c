import { CATALOGUE } from '../catalogue/catalogue.ts';
import { CODES, type Code } from '../catalogue/codes.ts';
import type { CatalogueEntry } from '../catalogue/entry.ts';
import { LAYERS } from '../catalogue/entry.ts';
import { joinSteps } from '../catalogue/join-steps.ts';
import { renderLabelled } from './render-report.ts';
import { PLAIN, type Style } from './style.ts';
import { hang } from './wrap.ts';

const SEVERITY_WORDS: Readonly<Record<CatalogueEntry['severity'], string>> = {
  error: 'stops agents from connecting',
  warning: 'stops some agents, or will soon',
  info: 'good to know',
};

/** The entry of a code, as text. */
export function renderEntry(code: Code, style: Style = PLAIN): string {
  const { title, severity, confidence, layer, cause, remedy, next, hints, ...entry } = CATALOGUE[code];
  const look = [...hints, ...next.map((each) => `${CATALOGUE[each].title} (${each})`)];
  const parts: readonly (readonly [label: string, sentences: readonly string[]])[] = [
    ['Means:', [`${SEVERITY_WORDS[severity]}; at best ${confidence}; layer ${layer}`]],
    ['Cause:', [cause]],
    ['Remedy:', joinSteps(remedy).split('\n')],
    ['Seen at:', entry.steps.length === 0 ? ['no step: other evidence shows it'] : [entry.steps.join(', ')]],
    ['Look next:', look],
  ];
  const logs: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ["Lines of the agent's log:", entry.agentLog],
    ["Lines of the controller's log:", entry.controllerLog],
  ];
  return [
    hang('', `${style.strong(title)} [${code}]`, style.width),
    '',
    ...parts.flatMap(([label, sentences]) =>
      sentences.length === 0 ? [] : [renderLabelled(label, sentences, style)],
    ),
    ...logs.flatMap(([heading, lines]) =>
      lines.length === 0 ? [] : ['', `   ${heading}`, ...lines.map((line) => `     ${style.faint(line)}`)],
    ),
    '',
  ].join('\n');
}

/** All codes with their titles, by layer. */
export function renderCatalogue(style: Style = PLAIN): string {
  const longest = Math.max(...CODES.map((code) => code.length));
  return LAYERS.flatMap((layer) => {
    const codes = CODES.filter((code) => CATALOGUE[code].layer === layer);
    return [
      style.strong(layer),
      ...codes.map((code) => `  ${code.padEnd(longest)}  ${style.faint(CATALOGUE[code].title)}`),
      '',
    ];
  }).join('\n');
}
