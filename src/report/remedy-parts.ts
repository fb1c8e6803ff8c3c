import { isCopied } from './wrap.ts';

/** A part of a remedy: a step or a sentence, and the commands or YAML below it. */
export interface RemedyPart {
  /** The number of a step; null for a sentence. */
  readonly number: number | null;
  /** Without the number; empty when the part is only commands or YAML. */
  readonly text: string;
  /** Lines to copy as they are. */
  readonly copied: readonly string[];
}

/** Splits the text of a remedy into its parts. Empty lines between parts are dropped. */
export function remedyParts(remedy: string): readonly RemedyPart[] {
  const parts: { number: number | null; text: string; copied: string[] }[] = [];
  for (const line of remedy.split('\n')) {
    const last = parts.at(-1);
    if (isCopied(line)) {
      if (last === undefined) parts.push({ number: null, text: '', copied: [line] });
      else last.copied.push(line);
    } else if (line.trim() !== '') {
      const [, number, text] = splitNumber(line);
      parts.push({ number, text, copied: [] });
    }
  }
  return parts;
}

/** A line of a remedy in three: the head ("1. ", or nothing), the number of its step or null, and the text. */
export function splitNumber(line: string): readonly [head: string, number: number | null, text: string] {
  const [head = '', digits] = /^(\d{1,3})\. /.exec(line) ?? [];
  return [head, digits === undefined ? null : Number(digits), line.slice(head.length)];
}

/** The first step, sentence or command of a remedy, and how many numbered steps the remedy has. */
export function firstPart(remedy: string): { readonly text: string; readonly steps: number } {
  const parts = remedyParts(remedy);
  const [first] = parts;
  const steps = parts.filter(({ number }) => number !== null).length;
  return { text: first?.text || (first?.copied[0] ?? ''), steps };
}
