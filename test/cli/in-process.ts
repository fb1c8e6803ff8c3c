import { Readable } from 'node:stream';
import { run } from '../../src/cli/program.ts';

/** Runs a command line in this process, for commands that end before they connect. */
export async function runHere(
  args: readonly string[],
  options: { env?: Record<string, string>; stdin?: Readable; signal?: AbortSignal } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const output = { stdout: '', stderr: '' };
  const append = (name: keyof typeof output) => ({
    write(text: string) {
      output[name] += text;
    },
  });
  const code = await run(args, {
    stdin: options.stdin ?? Readable.from([]),
    stdout: append('stdout'),
    stderr: append('stderr'),
    env: options.env ?? {},
    platform: 'linux',
    signal: options.signal ?? new AbortController().signal,
  });
  return { code, ...output };
}
