/** What fits on every terminal, and into a mail or an issue. */
export const WIDTH = 100;

/**
 * Breaks a text between words, so that each line and an indentation of `indent` columns stay within {@link WIDTH}. A word
 * that is longer than a line gets one of its own, whole: paths and commands are copied.
 */
export function wrap(text: string, indent: number): readonly string[] {
  if (isCopied(text)) return [text];
  const room = Math.max(20, WIDTH - indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** Whether a line is a command or YAML, with its comments: readers copy it as it is. */
export function isCopied(line: string): boolean {
  return /^(?: |#|kubectl |---$|(?:apiVersion|kind): |[a-z][A-Za-z]*:(?:$| [{["]))/.test(line);
}

/** A text behind a head, its further lines below its first. */
export function hang(head: string, text: string): string {
  const [first = '', ...rest] = wrap(text, head.length);
  return [`${head}${first}`, ...rest.map((line) => `${' '.repeat(head.length)}${line}`)].join('\n');
}
