import { CONTROLLER_STATES, type ShownState } from '../daemon/controller-state.ts';
import type { Origin } from '../report/origin.ts';
import { firstPart } from '../report/remedy-parts.ts';
import { codeLink, evidenceList } from './answer.ts';
import { hopName } from './chain.ts';
import { briefRow, controllerRow } from './controller-row.ts';
import {
  type CauseGroup,
  type ControllerView,
  type FleetView,
  fleetSentence,
  fleetTitle,
} from './fleet-view.ts';
import { page } from './frame.ts';
import { type Html, html } from './html.ts';
import { STATE_WORDS } from './page-state.ts';
import { withCode } from './prose.ts';
import { seenFrom } from './seen-from.ts';

/** The limit of groups with remedy, cause and evidence; the others show only their title. */
const FULL_GROUPS = 8;
/** The limit of rows with chain and history; the others show only the name. */
const FULL_ROWS = 30;
/** Names at the top of the page. */
const MAX_NAMES = 12;

interface FleetContext {
  readonly origin: Origin;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Returns the first page: all controllers, problems first and grouped by cause. */
export function fleetPage(view: FleetView, { origin, now }: FleetContext): string {
  const { groups, reachable, total, shown } = view;
  const room = Math.max(0, FULL_ROWS - groups.reduce((sum, { controllers }) => sum + controllers.length, 0));
  const content = html`<div class="head" id="head" data-live><h1 id="sum">${fleetSentence(view)}</h1>${troubled(groups)}${seenFrom(origin)}</div>
    ${filterForm(view)}${problems(view, now)}${reachableList(reachable, view, room, now)}
    <p class="panel empty" id="none" data-live${shown > 0 && html` hidden`}>${total === 0 ? NOTHING_WATCHED : html`No controller matches. <a href="./">Clear the filter</a> to see all ${total}.`}</p>
    ${total > 0 && LEGEND}`;
  return page({ title: fleetTitle(view), section: 'controllers', root: '', now, live: true }, content);
}

const NOTHING_WATCHED = html`Set <code>JENKINS_URL</code>, or list <code>controllers</code> in the configuration.`;

const LEGEND = html`<p class="key"><span>Each row: the hops at the Jenkins URL and at the agent port, then the last 6 hours.</span>
  <span>● good</span><span>◆ warning</span><span>✕ broken</span><span>○ not reached</span></p>`;

/** Returns the names of the controllers with a problem. */
function troubled(groups: readonly CauseGroup[]): Html | null {
  const some = groups.flatMap(({ controllers }) => controllers);
  if (some.length === 0) return null;
  const more = some.length - MAX_NAMES;
  return html`<p class="names">${some
    .slice(0, MAX_NAMES)
    .map(
      ({ name, state }) =>
        html`<a class="st ${state}" href="#k-${name}"><span class="vh">${STATE_WORDS[state]}: </span><span>${name}</span></a> `,
    )}${more > 0 && html`<a href="#hp">and ${more} more</a>`}</p>`;
}

function filterForm({ q, state, counts, total }: FleetView): Html {
  const tab = (name: ShownState | null, word: string, count: number) => {
    const query = new URLSearchParams({ ...(name !== null && { state: name }), ...(q !== '' && { q }) });
    const href = query.size === 0 ? './' : `./?${query}`;
    return html`<a href="${href}"${state === name && html` aria-current="true"`}>${word} <b>${count}</b></a>`;
  };
  const states = CONTROLLER_STATES.filter((name) => counts[name] > 0 || name === state);
  return html`<div class="tools"><form class="filter" role="search" action="./"><label class="vh" for="q">Filter by name, host, cause or code</label>
    <input id="q" name="q" type="search" value="${q}" placeholder="Name, host, cause or code" autocomplete="off" maxlength="200">
    ${state !== null && html`<input type="hidden" name="state" value="${state}">`}<button class="btn">Filter</button></form>
    <nav class="tabs" id="tabs" aria-label="Show" data-live>${tab(null, 'All', total)}${states.map((name) => tab(name, STATE_WORDS[name], counts[name]))}</nav></div>`;
}

function problems({ groups, counts, total, state, q }: FleetView, now: number): Html {
  const clear = total > 0 && counts.up === total && state === null && q === '';
  const head =
    groups.length > 0
      ? html`<h2 id="hp">Problems, by cause</h2>`
      : html`<h2 id="hp" class="vh">Problems</h2>${clear && html`<p class="panel empty">No problem. From here, every hop that was probed is good.</p>`}`;
  let room = FULL_ROWS;
  const articles = groups.map((group, index) => {
    const full = Math.min(room, group.controllers.length);
    room -= full;
    return groupArticle(group, index < FULL_GROUPS, full, now);
  });
  return html`<section class="group" id="problems" data-live aria-labelledby="hp">${head}${articles}</section>`;
}

/** Returns a group. @param detailed with remedy, cause and evidence @param full the number of rows with a chain */
function groupArticle(group: CauseGroup, detailed: boolean, full: number, now: number): Html {
  const { diagnosis, controllers, state } = group;
  const several = controllers.length > 1 ? `${controllers.length} controllers` : null;
  const rows = html`<ul class="rows">${controllers.slice(0, full).map((each) => controllerRow(each, '', now))}</ul>
    ${controllers.length > full && briefList(controllers.slice(full))}`;
  if (diagnosis === null) {
    return html`<article class="panel cause ${state === 'down' ? 'error' : 'plain'}" id="state-${state}"><header><h3>${STATE_TITLES[state]}</h3>
      <p class="small">${several}</p><p class="fix">${explanation(group)}</p></header>${rows}</article>`;
  }
  const { code, severity, confidence, remedy, title } = diagnosis;
  const { text, steps } = firstPart(remedy);
  const rest = steps > 1 ? `All ${steps} steps are in the runbook.` : 'The commands are in the runbook.';
  const more = remedy === text ? null : html` ${codeLink(code, '', rest)}`;
  return html`<article class="panel cause ${severity}" id="${code}"><header><h3>${codeLink(code, '', title)}</h3>
    <p class="small">${several !== null && `${several} · `}Confidence: ${confidence}</p>
    ${detailed && html`<p class="fix"><b>Remedy</b> ${withCode(text)}${more}</p>`}</header>
    ${detailed && causeDetails(group, diagnosis)}${rows}</article>`;
}

function causeDetails(
  { controllers }: CauseGroup,
  { code, cause, evidence }: NonNullable<CauseGroup['diagnosis']>,
): Html {
  const only = controllers.length === 1 && evidence.length > 0 && evidenceList(evidence);
  return html`<details id="m-${code}"><summary>Cause${only !== false && ' and evidence'}</summary><div class="more"><p>${withCode(cause)}</p>${only}</div></details>`;
}

const STATE_TITLES: Readonly<Record<ShownState, string>> = {
  down: 'Down, no known cause matches',
  degraded: 'Degraded, no known cause matches',
  unknown: 'Not known yet',
  stale: 'Results are old',
  drained: 'Drained manually',
  up: 'Reachable',
};

/** Returns the explanation of a state without a root cause. */
function explanation({ state, controllers }: CauseGroup): Html | string {
  const [first] = controllers;
  switch (state) {
    case 'unknown':
      return 'The first probes are running. A verdict needs several results in a row.';
    case 'stale':
      return 'There are no new results, so the last verdict is not valid any more. Check the log of the probe.';
    case 'drained':
      return 'Health checks answer 503, whatever the verdict is.';
    default:
      return first?.found == null
        ? 'No step failed in the latest results. Run a diagnosis to see more.'
        : html`Observed: ${hopName(first.found.hop.step)}: ${first.found.hop.detail}`;
  }
}

function briefList(controllers: readonly ControllerView[]): Html {
  return html`<ul class="rows brief">${controllers.map((each) => briefRow(each, ''))}</ul>`;
}

function reachableList(
  reachable: readonly ControllerView[],
  { state, q }: FleetView,
  room: number,
  now: number,
): Html | null {
  if (reachable.length === 0)
    return html`<section class="group" id="reachable" data-live aria-labelledby="hu" hidden><h2 id="hu">Reachable</h2></section>`;
  const rows =
    reachable.length > room
      ? briefList(reachable)
      : html`<ul class="rows">${reachable.map((each) => controllerRow(each, '', now))}</ul>`;
  const list = html`<div class="panel cause quietly">${rows}</div>`;
  const folded = reachable.length > room && state === null && q === '';
  return html`<section class="group" id="reachable" data-live aria-labelledby="hu"><h2 id="hu">Reachable</h2>
    ${folded ? html`<details id="du"><summary>${reachable.length} controllers</summary>${list}</details>` : list}</section>`;
}
