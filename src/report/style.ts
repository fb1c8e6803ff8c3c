/** How a kind of text is set off; plain where the output is no terminal. */
export interface Style {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
}

const same = (text: string) => text;
export const PLAIN: Style = { good: same, bad: same, warn: same, faint: same, strong: same };

const ansi = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;
export const COLOR: Style = {
  good: ansi(32),
  bad: ansi(31),
  warn: ansi(33),
  faint: ansi(2),
  strong: ansi(1),
};
