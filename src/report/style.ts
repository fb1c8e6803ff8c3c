import type { Outcome } from '../model/result.ts';

/** The layout of a text: width, colours and marks of the steps. */
export interface Style {
  /** Columns of a line. */
  readonly width: number;
  readonly marks: Readonly<Record<Outcome, string>>;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
}

/** The colours of a style. */
export type Paint = 'good' | 'bad' | 'warn' | 'faint' | 'strong';

/** Fits terminals, mails and issues. */
export const WIDTH = 100;

const MARKS: Style['marks'] = { ok: '✓', warning: '!', failed: '✗', skipped: '–' };
/** For terminals whose fonts lack the other marks. */
export const ASCII_MARKS: Style['marks'] = { ok: '+', warning: '!', failed: 'x', skipped: '-' };

const same = (text: string) => text;
export const PLAIN: Style = {
  width: WIDTH,
  marks: MARKS,
  good: same,
  bad: same,
  warn: same,
  faint: same,
  strong: same,
};

const ansi = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;
export const COLOR: Style = {
  width: WIDTH,
  marks: MARKS,
  good: ansi(32),
  bad: ansi(31),
  warn: ansi(33),
  faint: ansi(2),
  strong: ansi(1),
};
