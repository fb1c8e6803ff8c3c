import { SCRIPT_NAME, STYLE_NAME } from './asset-names.ts';
import { type Html, html } from './html.ts';
import { isoText } from './time-text.ts';

/** The inputs of a page besides its content. */
interface Frame {
  readonly title: string;
  /** The section of the navigation. */
  readonly section: 'controllers' | 'diagnoses' | null;
  /** The relative URL of the root: empty, `../`, `../../`. */
  readonly root: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** True if the page updates itself. */
  readonly live: boolean;
}

/** Seconds between two requests of a live page. */
const EVERY_S = 10;

const LOGO = html`<svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2.2"><circle cx="4.5" cy="12" r="3"/><circle cx="19.5" cy="12" r="3"/><path d="M7.5 12H10M14 12h2.5M10.5 8l3 8"/></svg>`;

/** Returns a whole page. */
export function page(frame: Frame, content: Html): string {
  return pageHead(frame, 'defer') + content.toString() + PAGE_END;
}

/** The end of a page that {@link pageHead} started. */
export const PAGE_END = '</main></body></html>\n';

/** Returns a page up to its content. @param script `async` runs the script while the page is still loading */
export function pageHead({ title, section, root, now, live }: Frame, script: 'defer' | 'async'): string {
  const current = (name: Frame['section']) => section === name && html` aria-current="page"`;
  const at = isoText(now);
  const head = html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} · agent-probe</title><link rel="stylesheet" href="${root}ui/${STYLE_NAME}">
    <script src="${root}ui/${SCRIPT_NAME}" ${script}></script></head>
    <body data-now="${at}" data-every="${live ? EVERY_S : 0}" data-root="${root}"><a class="jump" href="#main">Skip to the content</a>
    <header class="top"><a class="brand" href="${root || './'}">${LOGO}agent-probe</a>
    <nav aria-label="Pages"><a href="${root || './'}"${current('controllers')}>Controllers</a> <a href="${root}diagnoses"${current('diagnoses')}>Diagnoses</a></nav>
    <div class="live"><span>${live ? 'Updated' : 'As of'} <time id="fresh" datetime="${at}" data-rel=" ago">just now</time><span class="vh">, ${at.slice(11, 19)} UTC</span></span>
    ${live && html`<button class="btn js-only" data-do="pause">Pause</button>`}<a class="btn no-js" href="">Reload</a>
    <button class="btn js-only" data-do="help">Shortcuts</button></div></header>
    <p class="toast" id="toast" role="status"></p>${SHORTCUTS}<main id="main">
    <p class="banner" id="lost" role="status" hidden>The probe does not answer. This page shows its last answer and retries every ${EVERY_S} seconds.</p>`;
  return `<!doctype html>\n${head}`;
}

const SHORTCUTS = html`<dialog id="keys" aria-labelledby="kh"><h2 id="kh">Keyboard shortcuts</h2><dl>
  <dt><kbd>/</kbd></dt><dd>filter</dd><dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>next, previous controller</dd>
  <dt><kbd>d</kbd></dt><dd>diagnose now</dd><dt><kbd>c</kbd></dt><dd>copy for a ticket</dd><dt><kbd>?</kbd></dt><dd>this list</dd></dl>
  <p><label><input type="checkbox" id="keyson" data-do="keys"> Enable shortcuts</label></p>
  <form method="dialog" class="acts"><button class="btn">Close</button></form></dialog>`;
