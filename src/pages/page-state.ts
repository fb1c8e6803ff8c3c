import type { ShownState } from '../daemon/controller-state.ts';
import type { Report } from '../report/report.ts';
import { type Html, html } from './html.ts';

/** The word for each state. */
export const STATE_WORDS: Readonly<Record<ShownState, string>> = {
  down: 'Unreachable',
  degraded: 'Degraded',
  unknown: 'Not known yet',
  stale: 'Results are old',
  drained: 'Drained manually',
  up: 'Reachable',
};

/** Returns a state as a sign with a word. Shape and colour differ. */
export function stateBadge(state: ShownState, large = false): Html {
  return html`<b class="st ${state}${large && ' big'}">${STATE_WORDS[state]}</b>`;
}

/** Returns the state of a report. */
export function stateOfReport({ verdict }: Report): ShownState {
  return verdict === 'reachable' ? 'up' : verdict === 'unreachable' ? 'down' : verdict;
}
