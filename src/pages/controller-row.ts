import type { ControllerView } from './fleet-view.ts';
import { halved, historyStrip } from './history-strip.ts';
import { type Html, html } from './html.ts';
import { miniChain } from './mini-chain.ts';
import { stateBadge } from './page-state.ts';
import { lasting, momentText } from './time-text.ts';

/** Returns the path of a controller's page, relative to the root. */
export function controllerPath(name: string): string {
  return `controllers/${encodeURIComponent(name)}`;
}

/** Returns the path that diagnoses a controller now, relative to the root. */
export function diagnosePath(name: string): string {
  return `diagnose?controller=${encodeURIComponent(name)}`;
}

/** Returns the row of a controller: state with its start, chain, history, and buttons. */
export function controllerRow(view: ControllerView, root: string, now: number): Html {
  const { name, host, state, lanes, found } = view;
  return html`<li id="k-${name}"><div class="who"><a href="${root}${controllerPath(name)}" id="a-${name}">${name}</a><small>${host}</small></div>
    <div class="since">${stateBadge(state)} ${sinceText(view, now)}</div>${miniChain(lanes, found)}${stripOf(view)}
    <div class="acts"><a class="btn" rel="nofollow" data-key="d" href="${root}${diagnosePath(name)}" aria-label="Diagnose ${name}">Diagnose</a>
    ${state !== 'up' && html`<button class="btn js-only" data-key="c" data-do="row" aria-label="Copy ${name}">Copy</button>`}</div></li>`;
}

/** Returns the row of a controller in a long list: only its name. */
export function briefRow({ name }: ControllerView, root: string): Html {
  return html`<li><a href="${root}${controllerPath(name)}">${name}</a></li>`;
}

/** Returns the duration and the start of a state. */
export function sinceText({ since }: ControllerView, now: number): Html | null {
  return since === null ? null : html`${lasting(since, now)}<small>, since ${momentText(since, now)}</small>`;
}

/** Returns the history of the broken entrypoint, or else of the one that agents connect to. */
function stripOf({ found, detail, status }: ControllerView): Html {
  const needed = status.entrypoints.filter((each) => each.needed).at(-1)?.entrypoint;
  const entrypoint = found?.lane.entrypoint ?? needed;
  const cells = detail.timeline.find((each) => each.entrypoint === entrypoint)?.cells ?? [];
  return cells.length === 0 ? html`<span></span>` : historyStrip(halved(cells));
}
