import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/jenkins-agent-probe', import.meta.url));

/** The result of a command. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running command. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with the match when standard output or standard error contains it. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
}

/** The variable with the compile cache. Without it, every start compiles all sources again. */
const { NODE_COMPILE_CACHE } = process.env;
export const CACHE: Readonly<Record<string, string>> =
  NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };

/** Starts the real program with only this environment. It is killed at the end of the test. */
export function start(
  t: { teardown(stop: () => void): void },
  args: readonly string[],
  options: {
    env?: Record<string, string>;
    input?: string;
    cwd?: string;
    /** Words before the command, for example those of `unshare`. */
    wrap?: (command: readonly string[]) => readonly [string, string[]];
  } = {},
): Running {
  const env = { PATH: process.env.PATH ?? '', ...CACHE, ...options.env };
  const [program, words] = options.wrap?.([BIN, ...args]) ?? [BIN, args];
  const child = spawn(program, words, { env, cwd: options.cwd, stdio: 'pipe' });
  t.teardown(() => child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      for (const check of waiting) check();
    });
  }
  child.stdin.on('error', () => undefined).end(options.input ?? '');
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, ...output }));
  });
  const printed = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const check = () => {
        const match = pattern.exec(output.stdout) ?? pattern.exec(output.stderr);
        if (match === null) return;
        waiting.delete(check);
        resolve(match);
      };
      waiting.add(check);
      check();
      void ended.then(({ code }) => reject(new Error(`ended with ${code}: ${output.stderr}`)));
    });
  return { child, ended, printed };
}

/** Runs the real program until it ends. */
export function run(...args: Parameters<typeof start>): Promise<Ended> {
  return start(...args).ended;
}
