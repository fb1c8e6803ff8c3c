/** A sentence of a page. */
export interface Sentence {
  readonly line: number;
  readonly text: string;
}

/** Words that readers called translated or dense, and what to write instead. */
const WORDS: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\banew\b/i, 'again'],
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/\bwho(so)?ever\b/i, 'anyone who'],
  [/\bbe it\b/i, 'such as'],
  [/\bfor want of\b/i, 'without'],
  [/\bthe very\b/i, 'the'],
  [/\bby hand\b/i, 'manually'],
  [/\bsay,/i, 'for example'],
  [/\b(take|takes|taken|took) over (by|without)\b/i, 'applied'],
  [/\bdoors?\b/i, 'endpoint, entrypoint'],
  [/\bways? in\b/i, 'connection mode'],
  [/\b(extra|one|further) looks?\b/i, 'extra check, one-off check'],
  [/\b(tells?|telling|told) (\w+ )?apart\b/i, 'distinguishes'],
  [/\bnow and then\b/i, 'at the interval'],
  [/\bin the places? of\b/i, 'instead of'],
  [/\b(is|are) no (?!longer\b|more\b)/i, 'is not a'],
  [/\bnone of\b/i, 'no …, not any'],
  [/\bspeaks? against\b/i, 'evidence against'],
  [/\bone voice\b/i, 'running several replicas'],
  [/\bluxury\b/i, 'optional'],
];

const LONG = 30;

/** The sentences of a page, headings and table cells included, without code. */
export function sentencesOf(page: string): readonly Sentence[] {
  const prose = page
    .replaceAll(/^( *)```[\s\S]*?^\1```/gm, (block) => block.replaceAll(/[^\n]/g, ''))
    .replaceAll(/`[^`\n]*`/g, 'CODE')
    .replaceAll(/\]\([^)]*\)/g, ']');
  const blocks: Sentence[] = [];
  let start = true;
  for (const [index, line] of prose.split('\n').entries()) {
    if (/^\s*\|/.test(line)) {
      for (const text of line.split('|')) blocks.push({ line: index + 1, text });
      start = true;
    } else if (/^\s*$|^#/.test(line)) {
      if (line.startsWith('#')) blocks.push({ line: index + 1, text: line.replace(/^#+/, '') });
      start = true;
    } else if (start || /^\s*(?:[-*]|\d+\.) /.test(line)) {
      blocks.push({ line: index + 1, text: line.replace(/^\s*(?:[-*]|\d+\.) /, '') });
      start = false;
    } else {
      const last = blocks.pop();
      blocks.push({ line: last?.line ?? index + 1, text: `${last?.text ?? ''} ${line}` });
    }
  }
  return blocks.flatMap(({ line, text }) =>
    text
      .split(/(?<=[.?!:;]\*{0,2}) /)
      .map((sentence) => ({ line, text: sentence.replaceAll(/\s+/g, ' ').trim() }))
      .filter((sentence) => sentence.text !== ''),
  );
}

/** What is wrong with the words of a sentence, and what to write instead. */
export function wrongWords({ text }: Sentence): readonly string[] {
  const wrong = WORDS.filter(([pattern]) => pattern.test(text)).map(
    ([pattern, instead]) => `"${pattern.exec(text)?.[0]}": write "${instead}"`,
  );
  if (/^\W*(What|Whether|Whoever) /.test(text) && !text.endsWith('?')) {
    wrong.push('starts with What or Whether: start with the subject');
  }
  return wrong;
}

/** Whether a sentence has more words than a reader can hold. */
export function isTooLong({ text }: Sentence): boolean {
  return text.split(' ').length > LONG;
}

/** Verbs that a step of a remedy may start with. Add a verb only if it tells the reader what to do. */
const IMPERATIVES =
  'accept add alert allow announce change check clear compare copy correct count create delete disable do enable exclude exempt find fix follow free give ignore install keep leave let list look lower make measure name open pass pin plan point press publish put raise read reduce remove renew repair repeat replace request restart restore run save serve set shorten slow split start stop synchronise take test try unset upgrade use wait write';
const VERB = IMPERATIVES.replaceAll(' ', '|');
const INSTRUCTION = new RegExp(`^(?:${VERB})\\b|^(?:if|when) .*?, (?:also )?(?:${VERB})\\b`, 'i');

/** Whether a step of a remedy is an instruction: a verb first, or a condition and then a verb. */
export function isInstruction(step: string): boolean {
  return INSTRUCTION.test(step);
}
