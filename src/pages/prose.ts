import { type RemedyPart, remedyParts } from '../report/remedy-parts.ts';
import { type Html, html } from './html.ts';

/** Settings, options and commands inside a sentence of the catalogue. */
const CODE =
  /(?<![\w-])(-D[\w.=]*\w|--[a-z][\w-]*|::[A-Z]+|[a-z]+-…|[a-z]+(?:_[a-z\d]+)+(?:\.\w+)?|(?:[a-z]+-){3,}[a-z]+|send-proxy|appProtocol: tcp|tcp-services)(?![\w-])/g;
/** Longer texts may break after a dot. */
const MAX_UNBROKEN = 32;
/** Code between backticks. */
const SPAN = /`([^`]+)`/;

/** Returns a sentence with its settings and commands as code. */
export function withCode(text: string): Html {
  const spans = text.split(SPAN);
  return html`${spans.map((part, index) => (index % 2 === 0 ? withSettings(part) : codeOf(part)))}`;
}

function withSettings(text: string): Html {
  const parts = text.split(CODE);
  return html`${parts.map((part, index) => (index % 2 === 0 ? part : codeOf(part)))}`;
}

/** A remedy: steps as a list, sentences as paragraphs, commands and YAML in blocks. */
export function remedyBlocks(remedy: string): Html {
  const blocks: { readonly steps: boolean; readonly parts: RemedyPart[] }[] = [];
  for (const part of remedyParts(remedy)) {
    const steps = part.number !== null;
    const last = blocks.at(-1);
    if (steps && last?.steps && part.number !== 1) last.parts.push(part);
    else blocks.push({ steps, parts: [part] });
  }
  return html`${blocks.map(({ steps, parts }) =>
    steps
      ? html`<ol class="steps">${parts.map(({ text, copied }) => html`<li>${withCode(text)}${copiedBlock(copied)}</li>`)}</ol>`
      : parts.map(
          ({ text, copied }) => html`${text !== '' && html`<p>${withCode(text)}</p>`}${copiedBlock(copied)}`,
        ),
  )}`;
}

function copiedBlock(lines: readonly string[]): Html | null {
  return lines.length === 0 ? null : html`<pre tabindex="0">${lines.join('\n')}</pre>`;
}

function codeOf(text: string): Html {
  if (text.length <= MAX_UNBROKEN) return html`<code class="k">${text}</code>`;
  const pieces = text.split(/(?<=\.)/);
  return html`<code>${pieces.map((piece, index) => html`${index > 0 && html`<wbr>`}<span class="k">${piece}</span>`)}</code>`;
}
