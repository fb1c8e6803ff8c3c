import { ASCII_MARKS, COLOR, PLAIN, type Style, WIDTH } from '../report/style.ts';
import type { Io } from './io.ts';

/** Lines wider than this are hard to read. */
const WIDEST = 120;
const NARROWEST = 40;

/** How to write to standard output: in colours and as wide as the terminal, or plain where it is not a terminal. */
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
 * Whether a line that is drawn again and again may be shown: where standard error is a terminal with cursor control, and
 * not in a CI job, whose log keeps every line.
 */
export function canDraw({ stderr, env }: Pick<Io, 'stderr' | 'env'>): boolean {
  return stderr.isTTY === true && env.TERM !== 'dumb' && !env.CI;
}

/** The fonts of the Linux console and of old Windows consoles lack check marks. */
function hasSymbols(platform: NodeJS.Platform, env: Io['env']): boolean {
  if (platform !== 'win32') return env.TERM !== 'linux';
  return Boolean(env.WT_SESSION) || env.TERM_PROGRAM === 'vscode' || Boolean(env.TERM);
}
