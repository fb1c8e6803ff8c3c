import type { ShownState } from '../daemon/controller-state.ts';
import { formatMs } from '../report/render-report.ts';
import {
  brokenAddresses,
  type ChainHop,
  type ChainLane,
  type ChainWay,
  hopName,
  isBroken,
  isResolving,
  LANE_TITLES,
} from './chain.ts';
import { type Html, html } from './html.ts';
import { stateBadge } from './page-state.ts';

const CLASSES: Readonly<Record<ChainHop['outcome'], string>> = {
  ok: 'ok',
  warning: 'warn',
  failed: 'bad',
  skipped: 'skip',
  unchecked: 'na',
};

/** The limit of hops for showing the target in the same row. */
const MAX_BESIDE = 5;

/** Words after the name of a hop, for screen readers. */
const SPOKEN: Partial<Readonly<Record<ChainHop['outcome'], string>>> = { ok: ': good', warning: ': warning' };

/** The target of each lane, if known. */
export type LaneTargets = Partial<Readonly<Record<ChainLane['entrypoint'], string | null>>>;

/** Returns the panel of the chain: a lane for each entrypoint, a row for each address. */
export function chainPanel(
  lanes: readonly ChainLane[],
  targets: LaneTargets,
  { notes = [], id = 'chain' }: { readonly notes?: readonly Html[]; readonly id?: string } = {},
): Html {
  return html`<section class="panel" id="${id}" data-live aria-labelledby="${id}-title"><h2 id="${id}-title">The chain of hops</h2>
    ${lanes.map((lane) => laneSection(lane, targets[lane.entrypoint] ?? null))}${notes}
  </section>`;
}

/** Returns a lane that is not probed, with the reason. */
export function unprobedLane(entrypoint: ChainLane['entrypoint'], why: Html): Html {
  return html`<section class="lane"><div class="way"><div><h3>${LANE_TITLES[entrypoint]}</h3></div><p class="small">${why}</p></div></section>`;
}

function laneSection(lane: ChainLane, target: string | null): Html {
  const { entrypoint, resolve, ways } = lane;
  const title = LANE_TITLES[entrypoint];
  const head = html`<h3>${title}</h3> ${stateBadge(stateOfLane(lane))}`;
  const aim = target === null ? null : html`<span class="mono">${target}</span>`;
  const first =
    resolve !== null &&
    html`<div class="way"><div>${head}</div><div class="run">
    ${hopList([resolve], null, `${title}: name`)}
    <p class="aside small">${aim} has ${ways.length} addresses; an agent tries one of them</p></div></div>`;
  return html`<section class="lane">${first}${ways.map((way) => {
    const label = way.address === null ? title : `${title} at ${way.address}`;
    const beside = resolve === null && aim !== null && way.hops.length <= MAX_BESIDE;
    const below = resolve === null && aim !== null && !beside && target !== way.address;
    return html`<div class="way"><div>${resolve === null && html`${head} `}
      ${below && html`<span class="mono at">${aim}</span> `}<span class="mono at">${resolve !== null && '↳ '}${way.address ?? 'no address yet'}</span></div>
      <div class="run">${hopList(way.hops, way.address, label, resolve !== null)}${beside && html`<p class="aside small">${aim}</p>`}</div></div>`;
  })}${saidLines(lane)}</section>`;
}

/** Returns the hops of one row. @param indented true if the hop that resolves the name is in a separate row */
function hopList(hops: readonly ChainHop[], address: string | null, label: string, indented = false): Html {
  return html`<ol class="chain c${hops.length}${indented && ' in'}" aria-label="${label}">${hops.map((hop) => hopItem(hop, address))}</ol>`;
}

function hopItem({ step, outcome, durationMs }: ChainHop, address: string | null): Html {
  const key = isResolving(step) ? step : `${step} ${address ?? ''}`;
  const time =
    outcome === 'skipped' ? 'not reached' : outcome === 'unchecked' ? 'not checked' : formatMs(durationMs);
  const spoken = SPOKEN[outcome];
  const word = outcome === 'failed' && html` <b class="x">broken</b>`;
  const name = html`<span class="n">${hopName(step)}${spoken !== undefined && html`<span class="vh">${spoken}</span>`}</span>`;
  return html`<li class="hop ${CLASSES[outcome]}" data-k="${key}">${name}${word} <span class="t">${time}</span></li>`;
}

function stateOfLane({ resolve, ways }: ChainLane): ShownState {
  if (resolve?.outcome === 'failed' || ways.every(isBroken)) return 'down';
  if (ways.some(isBroken)) return 'degraded';
  const tried = ways.some(({ hops }) =>
    hops.some(({ outcome }) => outcome === 'ok' || outcome === 'warning'),
  );
  return tried ? 'up' : 'unknown';
}

/** Returns the details of failures and warnings; equal details of several addresses once. */
function saidLines(lane: ChainLane): readonly Html[] {
  return (['failed', 'warning'] as const).flatMap((outcome) => {
    const said = new Map<string, { readonly hop: ChainHop; readonly ways: ChainWay[] }>();
    for (const way of [
      ...(lane.resolve === null ? [] : [{ address: null, hops: [lane.resolve] }]),
      ...lane.ways,
    ]) {
      for (const hop of way.hops) {
        if (hop.outcome !== outcome) continue;
        const key = `${hop.step} ${hop.detail}`;
        const known = said.get(key);
        if (known === undefined) said.set(key, { hop, ways: [way] });
        else known.ways.push(way);
      }
    }
    return [...said.values()].map(({ hop, ways }) => saidLine(hop, ways, lane.ways.length));
  });
}

function saidLine({ step, outcome, detail }: ChainHop, ways: readonly ChainWay[], addresses: number): Html {
  const broken = outcome === 'failed';
  const all = brokenAddresses({ broken: ways.length, addresses });
  const named = ways.map(({ address }) => address).filter((address) => address !== null);
  const where =
    addresses < 2 || named.length === 0
      ? ''
      : ways.length === addresses
        ? ` ${all}`
        : ` at ${named.join(', ')}`;
  return html`<p class="said ${broken ? 'bad' : 'warn'}"><b>${broken ? '✕' : '!'} ${hopName(step)}</b>${where}: ${detail}</p>`;
}
