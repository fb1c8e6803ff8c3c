import type { Diagnosis } from '../catalogue/diagnosis.ts';
import { code, prose, sentence } from '../report/markdown.ts';
import type { Origin } from '../report/origin.ts';
import { firstPart } from '../report/remedy-parts.ts';
import { describeOrigin } from '../report/render-origin.ts';
import { hang } from '../report/wrap.ts';
import { breakSentence } from './chain.ts';
import { type CauseGroup, type ControllerView, type FleetView, fleetSentence } from './fleet-view.ts';
import { STATE_WORDS } from './page-state.ts';
import { isoText } from './time-text.ts';

interface FleetTextContext {
  readonly origin: Origin;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Returns the fleet as plain text: a summary, each cause with its remedy and controllers, then the reachable ones. */
export function fleetText(view: FleetView, { origin, now }: FleetTextContext): string {
  const groups = view.groups.map((group) => {
    const { diagnosis, controllers } = group;
    const remedy = diagnosis === null ? [] : [hang('  Remedy: ', startOf(diagnosis))];
    return [titleOf(group), ...remedy, ...controllers.map((each) => hang('  - ', lineOf(each))), ''].join(
      '\n',
    );
  });
  const reachable = view.reachable.map(({ name }) => name).join(', ');
  return [
    `${fleetSentence(view)}.`,
    `At ${isoText(now)}, from ${describeOrigin(origin)}`,
    '',
    ...groups,
    ...(reachable === '' ? [] : [hang('Reachable: ', reachable), '']),
  ].join('\n');
}

/** Returns the fleet as Markdown for a ticket. */
export function fleetMarkdown(view: FleetView, { origin, now }: FleetTextContext): string {
  const groups = view.groups.map((group) => {
    const { diagnosis, controllers } = group;
    const remedy = diagnosis === null ? [] : [`**Remedy:** ${sentence(startOf(diagnosis))}`, ''];
    return [
      `### ${prose(titleOf(group))}`,
      '',
      ...remedy,
      ...controllers.map((each) => `- ${prose(lineOf(each))}`),
      '',
    ].join('\n');
  });
  const reachable = view.reachable.map(({ name }) => code(name)).join(', ');
  return [
    `**${prose(fleetSentence(view))}.**`,
    '',
    ...groups,
    ...(reachable === '' ? [] : [`Reachable: ${reachable}`, '']),
    prose(`At ${isoText(now)}, from ${describeOrigin(origin)}`),
    '',
  ].join('\n');
}

function titleOf({ diagnosis, state }: CauseGroup): string {
  if (diagnosis === null) return STATE_WORDS[state];
  return `${diagnosis.title} [${diagnosis.code}, ${diagnosis.confidence}]`;
}

function lineOf({ name, state, since, found }: ControllerView): string {
  const waiting = state === 'unknown';
  const word = waiting ? 'no verdict yet' : STATE_WORDS[state].toLowerCase();
  const from = since === null ? '' : `${waiting ? ', waiting' : ''} since ${isoText(since)}`;
  return `${name}: ${word}${from}${found === null ? '' : `, ${breakSentence(found)}`}`;
}

/** The first part of the remedy, and how many steps there are. */
function startOf({ remedy }: Diagnosis): string {
  const { text, steps } = firstPart(remedy);
  return steps < 2 ? text : `${text} (step 1 of ${steps})`;
}
