import type { Entrypoint } from '../model/result.ts';
import {
  breakOfLane,
  breakSentence,
  type ChainBreak,
  type ChainHop,
  type ChainLane,
  hopName,
  isBroken,
} from './chain.ts';
import { type Html, html } from './html.ts';

const SHORT_TITLES: Readonly<Record<Entrypoint, string>> = {
  web: 'web',
  'agent-port': 'port',
  websocket: 'ws',
};

const MARKS: Readonly<Record<Exclude<ChainHop['outcome'], 'failed'>, Html>> = {
  ok: html`<i></i>`,
  warning: html`<i class="w"></i>`,
  skipped: html`<s></s>`,
  unchecked: html`<u></u>`,
};

/** Returns the chain of a controller in one line: a mark for each hop, the broken one as a block with its name. */
export function miniChain(lanes: readonly ChainLane[], found: ChainBreak | null): Html {
  return html`<div class="mini"><p class="vh">${breakSentence(found)}</p><div aria-hidden="true">${lanes.map(laneMarks)}</div></div>`;
}

function laneMarks(lane: ChainLane): Html {
  const { entrypoint, resolve, ways } = lane;
  const way = ways.find(isBroken) ?? ways[0];
  const hops = [...(resolve === null ? [] : [resolve]), ...(way?.hops ?? [])];
  const found = breakOfLane(lane);
  const some = found !== null && found.broken < found.addresses ? ` ${found.broken}/${found.addresses}` : '';
  return html`<span><b>${SHORT_TITLES[entrypoint]}</b>${hops.map(({ outcome, step }) =>
    outcome === 'failed' ? html`<i class="x">${hopName(step)}${some}</i>` : MARKS[outcome],
  )}</span>`;
}
