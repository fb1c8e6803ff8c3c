import { CELL_MS, CELLS } from '../daemon/timeline.ts';
import type { PastChange } from '../daemon/watch-detail.ts';
import type { Entrypoint } from '../model/result.ts';
import type { Origin } from '../report/origin.ts';
import type { Report } from '../report/report.ts';
import { answerPanel } from './answer.ts';
import { LANE_TITLES } from './chain.ts';
import { chainPanel, type LaneTargets, unprobedLane } from './chain-panel.ts';
import { diagnosePath, sinceText } from './controller-row.ts';
import { controllerFacts } from './facts-panel.ts';
import type { ControllerView } from './fleet-view.ts';
import { page } from './frame.ts';
import { historyStrip } from './history-strip.ts';
import { type Html, html } from './html.ts';
import { notCheckedPanel } from './not-checked-panel.ts';
import { STATE_WORDS, stateBadge } from './page-state.ts';
import { seenFrom } from './seen-from.ts';
import { ticketPanel } from './ticket.ts';
import { lasting, longAgo, momentText } from './time-text.ts';

/** The inputs of the page besides the view. */
interface ControllerContext {
  /** The latest scheduled results as a report; null before the first. */
  readonly known: Report | null;
  /** Its kept reports, newest first. */
  readonly reports: readonly { readonly id: string; readonly startedAt: string }[];
  readonly origin: Origin;
  /** Epoch milliseconds. */
  readonly now: number;
}

const ROOT = '../';

/** Returns the page of one controller. */
export function controllerPage(view: ControllerView, context: ControllerContext): string {
  const { name, state, lanes } = view;
  const { known, now } = context;
  const content = html`${head(view, context)}${answers(view, now)}
    ${chainPanel(lanes, targetsOf(view, known), { notes: notesOf(view, known) })}${history(view, now)}
    ${controllerFacts(view, known, now)}${known !== null && notCheckedPanel(known.notChecked, { url: view.status.url, target: known.target })}
    ${known !== null && ticketPanel(known, { link: null })}${reportsPanel(context)}`;
  const title = `${name}: ${STATE_WORDS[state].toLowerCase()}`;
  return page({ title, section: 'controllers', root: ROOT, now, live: true }, content);
}

function head(view: ControllerView, { origin, known, now }: ControllerContext): Html {
  const { name, state, since } = view;
  const lasts = since !== null && html`<span>for ${sinceText(view, now)}</span>`;
  const copy =
    known !== null &&
    html`<button class="btn js-only" data-key="c" data-do="copy" data-copy="#t-md">Copy for a ticket</button>`;
  return html`<div class="head" id="head" data-live><p class="small"><a href="${ROOT}">Controllers</a> / ${name}</p>
    <div><h1 id="sum"><span>${name}</span> ${stateBadge(state, true)}</h1>${lasts}
    <div class="acts"><a class="btn main" rel="nofollow" data-key="d" href="${ROOT}${diagnosePath(name)}">Diagnose now</a>${copy}</div></div>
    ${seenFrom(origin)}</div>`;
}

function answers({ causes, state, found }: ControllerView, now: number): Html {
  const shown = causes.map(({ diagnosis, since: at }, index) => {
    const since = html`seen for ${lasting(at, now)}, since ${momentText(at, now)}`;
    return answerPanel(diagnosis, { index, found, root: ROOT, since });
  });
  return html`<div class="group" id="answers" data-live>${shown.length > 0 ? shown : withoutCause(state, found)}</div>`;
}

function withoutCause(state: ControllerView['state'], found: ControllerView['found']): Html {
  if (state === 'up')
    return html`<p class="panel empty">No problem. From here, every hop that was probed is good.</p>`;
  if (state === 'unknown') {
    return html`<p class="panel empty">Not known yet: the first probes are running. A verdict needs several results in a row.</p>`;
  }
  if (state === 'stale') {
    return html`<p class="panel empty">Results are old, so the last verdict is not valid any more. Check the log of the probe.</p>`;
  }
  if (state === 'drained') {
    return html`<p class="panel empty">Drained manually. Health checks answer 503, whatever the verdict is.</p>`;
  }
  const seen = found === null ? null : html` Observed: ${found.hop.step}: ${found.hop.detail}.`;
  return html`<p class="panel empty">No known cause matches.${seen} Run a diagnosis to see more.</p>`;
}

/** Returns the target of each lane. */
function targetsOf({ status }: Pick<ControllerView, 'status'>, known: Report | null): LaneTargets {
  return { web: status.url, 'agent-port': known?.target?.agentPort ?? null };
}

function notesOf({ status }: ControllerView, known: Report | null): readonly Html[] {
  const probed = status.entrypoints.map(({ entrypoint }) => entrypoint);
  if (known?.target?.mode === 'websocket') {
    return [unprobedLane('agent-port', html`Not probed: agents use only WebSocket.`)];
  }
  if (probed.includes('websocket') || known === null) return [];
  return [unprobedLane('websocket', html`Not probed: <code>websocket</code> is off for this controller.`)];
}

function history({ detail, status }: ControllerView, now: number): Html {
  const needed = (entrypoint: Entrypoint) =>
    status.entrypoints.some((each) => each.entrypoint === entrypoint);
  const strips = detail.timeline
    .filter(({ entrypoint }) => needed(entrypoint))
    .map(({ entrypoint, cells }) => {
      const title = LANE_TITLES[entrypoint];
      return html`<span>${title}</span>${historyStrip(cells, `${title}. `)}`;
    });
  const end = (Math.floor(now / CELL_MS) + 1) * CELL_MS;
  const marks = [1, 2 / 3, 1 / 3].map((part) => end - part * CELLS * CELL_MS);
  const axis = marks.map(
    (at, index) => html`<span>${new Date(at).toISOString().slice(11, 16)}${index === 0 && ' UTC'}</span>`,
  );
  return html`<section class="panel" id="history" data-live aria-labelledby="hh"><h2 id="hh">Last 6 hours</h2>
    <div class="strips">${strips}<p class="axis">${axis}<span>now</span></p></div>
    <p class="key"><span>A bar covers five minutes or more.</span> <span>low: good</span> <span>middle: some probes failed</span> <span>full height: all failed</span> <span>line: no result</span></p>
    <h3>Changes of the verdict</h3>${changeList(detail.changes, now)}</section>`;
}

function changeList(changes: readonly PastChange[], now: number): Html {
  if (changes.length === 0) return html`<p class="small">None since the probe started.</p>`;
  return html`<ol class="changes">${changes.map(({ at, entrypoint, to, step, reason }) => {
    const why =
      reason === null ? null : html`${step}: <a href="${ROOT}diagnoses/${reason}"><code>${reason}</code></a>`;
    return html`<li><span>${longAgo(at, now)} <small>${momentText(at, now)}</small></span><span>${LANE_TITLES[entrypoint]}</span>${stateBadge(to)}<span>${why}</span></li>`;
  })}</ol>`;
}

function reportsPanel({ reports, now }: ControllerContext): Html {
  const list = reports.map(({ id, startedAt }) => {
    const at = Date.parse(startedAt);
    return html`<li><a href="${ROOT}reports/${id}">Diagnosis of ${momentText(at, now)}</a> <small>${longAgo(at, now)}</small></li>`;
  });
  return html`<section class="panel" id="kept" data-live aria-labelledby="hk"><h2 id="hk">Kept diagnoses</h2>
    ${list.length > 0 ? html`<ul class="list">${list}</ul>` : html`<p class="small">None. The last 10 diagnoses of a controller stay in memory until the probe restarts.</p>`}</section>`;
}
