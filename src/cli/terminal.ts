import { ASCII_MARKS, COLOR, PLAIN, type Style, WIDTH } from '../report/style.ts';
import type { Io } from './io.ts';

/** Lines wider than this are hard to read. */
const WIDEST = 120;
const NARROWEST = 40;

/** Returns the style for standard output: colours and the width of a terminal, else plain. */
export function styleOf({ stdout, env, platform }: Io): Style {
  if (stdout.isTTY !== true) return PLAIN;
  const colored = !env.NO_COLOR && env.TERM !== 'dumb';
  const width = Math.min(WIDEST, Math.max(NARROWEST, stdout.columns ?? WIDTH));
  return {
    ...(colored ? COLOR : PLAIN),
    width,
    ...(hasSymbols(platform, env) ? {} : { marks: ASCII_MARKS }),
  };
}

/**
 * Returns true if a line may be redrawn: standard error is a terminal with cursor control. False in a CI job, whose log
 * keeps every line.
 */
export function canDraw({ stderr, env }: Pick<Io, 'stderr' | 'env'>): boolean {
  return stderr.isTTY === true && env.TERM !== 'dumb' && !env.CI;
}

/** Returns false for the Linux console and old Windows consoles: their fonts lack check marks. */
function hasSymbols(platform: NodeJS.Platform, env: Io['env']): boolean {
  if (platform !== 'win32') return env.TERM !== 'linux';
  return Boolean(env.WT_SESSION) || env.TERM_PROGRAM === 'vscode' || Boolean(env.TERM);
}
