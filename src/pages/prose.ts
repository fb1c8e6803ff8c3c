import { type Html, html } from './html.ts';

/** Settings, options and commands inside a sentence of the catalogue. */
const CODE =
  /(?<![\w-])(-D[\w.=]*\w|--[a-z][\w-]*|::[A-Z]+|[a-z]+-…|[a-z]+(?:_[a-z\d]+)+(?:\.\w+)?|(?:[a-z]+-){3,}[a-z]+|send-proxy|appProtocol: tcp|tcp-services)(?![\w-])/g;
/** Longer texts may break after a dot. */
const MAX_UNBROKEN = 32;
/** A line to copy: a command or YAML. */
const COPIED = /^(?: |#|kubectl |---$|[a-z][A-Za-z]*:(?:$| [{["]))/;

/** Returns a sentence with its settings and commands as code. */
export function withCode(text: string): Html {
  const parts = text.split(CODE);
  return html`${parts.map((part, index) => (index % 2 === 0 ? part : codeOf(part)))}`;
}

/** Returns the lines of a text as paragraphs, and consecutive lines to copy as one block. */
export function paragraphs(text: string): Html {
  const blocks: { readonly copied: boolean; readonly lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const copied = COPIED.test(line);
    const last = blocks.at(-1);
    if (copied && last?.copied) last.lines.push(line);
    else blocks.push({ copied, lines: [line] });
  }
  return html`${blocks.map(({ copied, lines }) =>
    copied ? html`<pre tabindex="0">${lines.join('\n')}</pre>` : html`<p>${withCode(lines.join(' '))}</p>`,
  )}`;
}

function codeOf(text: string): Html {
  if (text.length <= MAX_UNBROKEN) return html`<code class="k">${text}</code>`;
  const pieces = text.split(/(?<=\.)/);
  return html`<code>${pieces.map((piece, index) => html`${index > 0 && html`<wbr>`}<span class="k">${piece}</span>`)}</code>`;
}
