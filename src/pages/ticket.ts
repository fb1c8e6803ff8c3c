import { renderMarkdown } from '../report/render-markdown.ts';
import { renderReport } from '../report/render-report.ts';
import type { Report } from '../report/report.ts';
import { type Html, html } from './html.ts';

/** Returns a panel with the report as text to paste: Markdown, plain text, JSON. */
export function ticketPanel(report: Report, { link }: { readonly link: Html | null }): Html {
  const forms = [
    ['t-md', 'Markdown', renderMarkdown(report)],
    ['t-text', 'text', renderReport(report)],
    ['t-json', 'JSON', JSON.stringify(report, null, 1)],
  ] as const;
  const buttons = forms.map(
    ([id, name]) => html`<button class="btn" data-do="copy" data-copy="#${id}">Copy ${name}</button> `,
  );
  const texts = forms.map(
    ([id, name, text]) =>
      html`<details name="t" id="d-${id}"><summary>${name.charAt(0).toUpperCase()}${name.slice(1)}</summary><pre id="${id}" tabindex="0">${text}</pre></details>`,
  );
  return html`<section class="panel" id="ticket" data-live aria-labelledby="ht"><h2 id="ht">For a ticket</h2>${link}
    <p class="acts js-only">${buttons}</p>${texts}</section>`;
}
