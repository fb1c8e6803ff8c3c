import { CATALOGUE } from '../catalogue/catalogue.ts';
import { CODES, type Code } from '../catalogue/codes.ts';
import type { Diagnosis } from '../catalogue/diagnosis.ts';
import type { Confidence } from '../catalogue/entry.ts';
import { brokenAddresses, type ChainBreak, hopName, hopPosition } from './chain.ts';
import { type Html, html } from './html.ts';
import { remedyBlocks, withCode } from './prose.ts';

/** The meaning of each confidence, in words. */
export const CONFIDENCE_WORDS: Readonly<Record<Confidence, string>> = {
  certain: 'certain: the evidence excludes every other cause',
  likely: 'likely: the usual cause',
  possible: 'possible: one of several causes',
};

interface AnswerContext {
  /** The rank of the diagnosis, from 0. */
  readonly index: number;
  /** The first broken hop, shown with the first diagnosis. */
  readonly found: ChainBreak | null;
  readonly root: string;
  /** The time for which it has been active. */
  readonly since?: Html;
}

/** Returns the panel of one diagnosis. */
export function answerPanel(diagnosis: Diagnosis, { index, found, root, since }: AnswerContext): Html {
  const { code, severity, confidence, title, cause, remedy, evidence, next } = diagnosis;
  const id = `d-${code}`;
  return html`<section class="panel answer ${severity}" aria-labelledby="${id}">
    <header><h2 id="${id}">${index > 0 && `${index + 1}. `}${title}</h2> <span class="small">${CONFIDENCE_WORDS[confidence]}</span></header>
    ${index === 0 && found !== null && breakLine(found)}
    <div class="pair"><div class="remedy"><h3>Remedy</h3>${remedyBlocks(remedy)}</div><div><h3>Cause</h3><p>${withCode(cause)}</p></div></div>
    <div class="pair">${evidence.length > 0 && html`<div><h3>Evidence</h3>${evidenceList(evidence)}</div>`}
    ${next.length > 0 && html`<div><h3>Check next</h3>${nextList(next, root)}</div>`}</div>
    <p class="small">Code <a href="${root}diagnoses/${code}"><code>${code}</code></a>${since !== undefined && html`, ${since}`}</p></section>`;
}

/** Returns a sentence about the first broken hop, with the hop as a block. */
function breakLine(found: ChainBreak): Html {
  const { broken, addresses } = found;
  const some = brokenAddresses(found);
  const where =
    some === ''
      ? null
      : broken < addresses
        ? html`, <strong>${some}</strong>: some agents connect and others do not`
        : `, ${some}`;
  return html`<p class="where">The chain breaks at <b>✕ ${hopName(found.hop.step)}</b>, ${hopPosition(found)}${where}.</p>`;
}

/** Returns the evidence as a list. */
export function evidenceList(evidence: readonly string[]): Html {
  return html`<ul class="list mono">${evidence.map((sentence) => html`<li>${sentence}</li>`)}</ul>`;
}

/** Returns the next checks as a list. A sentence that ends with a code becomes a link. */
export function nextList(next: readonly string[], root: string): Html {
  return html`<ul class="list">${next.map((sentence) => html`<li>${nextItem(sentence, root)}</li>`)}</ul>`;
}

function nextItem(sentence: string, root: string): Html {
  const [, text = '', name = ''] = /^(.*?)\s*\(([a-z0-9-]+)\)\.?$/.exec(sentence) ?? [];
  return isCode(name) ? codeLink(name, root, text) : withCode(sentence);
}

/** Returns a link to the page of a code, by default with its title. */
export function codeLink(code: Code, root: string, text: string = CATALOGUE[code].title): Html {
  return html`<a href="${root}diagnoses/${code}">${text}</a>`;
}

/** Returns true if a text is a code of the catalogue. */
export function isCode(text: string): text is Code {
  return CODES.some((code) => code === text);
}
