import { readdirSync } from 'node:fs';
import { read } from './documents.ts';

/** A comment of a source file, as prose. */
export interface Comment {
  /** `src/cli/io.ts:12`. */
  readonly at: string;
  readonly text: string;
  /** True for a docstring, false for `//`. */
  readonly isDocstring: boolean;
}

const root = new URL('../../', import.meta.url);
const SOURCE = /\.(ts|mjs|js)$/;
/** Comments for tools. */
const DIRECTIVE = /^(biome-ignore|@ts-|#!|Written by `npm run generate`)/;
const TAG = /@(param \w+|returns|throws \{\w+\}|throws)/g;

/** Returns the comments of all source files in a folder and below it. */
export function commentsIn(folder: string): readonly Comment[] {
  return readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => SOURCE.test(name))
    .flatMap((name) => commentsOf(`${folder}/${name}`, read(`${folder}/${name}`)));
}

/** Returns the comments of a source file. Consecutive `//` lines are one comment. */
export function commentsOf(path: string, source: string): readonly Comment[] {
  const found: { line: number; last: number; text: string; isDocstring: boolean }[] = [];
  let block = false;
  for (const [index, line] of source.split('\n').entries()) {
    const previous = found.at(-1);
    const opened = /^\s*\/\*\*?(.*)$/.exec(line);
    if (block || opened) {
      const text = (opened?.[1] ?? line)
        .replace(/\*\/.*$/, '')
        .replace(/^\s*\* ?/, '')
        .trim();
      if (opened) found.push({ line: index + 1, last: index, text, isDocstring: true });
      else if (previous !== undefined) previous.text += ` ${text}`;
      block = !line.includes('*/');
      continue;
    }
    const [, before = '', text] = /^(\s*|.*[;,{)(\]>] )\/\/ ?(.*)$/.exec(line) ?? [];
    if (text === undefined || DIRECTIVE.test(text)) continue;
    if (before.trim() === '' && previous?.last === index - 1 && !previous.isDocstring) {
      previous.text += ` ${text}`;
      previous.last = index;
    } else found.push({ line: index + 1, last: index, text, isDocstring: false });
  }
  return found.map(({ line, text, isDocstring }) => ({
    at: `${path}:${line}`,
    text: text
      .replaceAll(TAG, '.')
      .replaceAll(/\{@link ([^}]*)\}/g, '`$1`')
      .trim(),
    isDocstring,
  }));
}
