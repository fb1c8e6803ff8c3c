import { page } from './frame.ts';
import { type Html, html } from './html.ts';

/** An error for a page. */
export interface PageError {
  readonly status: number;
  /** One sentence. */
  readonly message: string;
  /** Links to similar pages, relative to the root. */
  readonly suggestions: readonly { readonly path: string; readonly text: string }[];
  /** In seconds; null: a retry does not help. */
  readonly retryAfter: number | null;
}

/** Returns the page of an error. @param root the relative URL of the root @param now epoch milliseconds */
export function errorPage(error: PageError, root: string, now: number): string {
  const { message, suggestions, retryAfter } = error;
  const title = `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
  const links: readonly Html[] = suggestions.map(
    ({ path, text }) => html`<li><a href="${root}${path}">${text}</a></li>`,
  );
  const content = html`<div class="head"><h1>${title}</h1></div>
    ${retryAfter !== null && html`<p>Try again in ${retryAfter} s.</p>`}
    ${links.length > 0 && html`<section class="panel" aria-labelledby="hs"><h2 id="hs">Did you mean?</h2><ul class="list">${links}</ul></section>`}
    <p><a href="${root || './'}">See all controllers</a></p>`;
  return page({ title, section: null, root, now, live: false }, content);
}
