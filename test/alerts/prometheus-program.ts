import { spawnSync } from 'node:child_process';

/**
 * The reason to skip tests with the programs of Prometheus. In CI the tests run, so that a missing program is a
 * failure.
 */
export const skipWithoutPrometheus =
  process.env.CI || ['prometheus', 'promtool'].every((each) => spawnSync(each, ['--version']).status === 0)
    ? false
    : 'prometheus is not installed';

/** Runs promtool. @param input standard input */
export function promtool(args: readonly string[], input = ''): { code: number | null; output: string } {
  const ran = spawnSync('promtool', args, { encoding: 'utf8', input, timeout: 60_000 });
  return { code: ran.status, output: `${ran.error?.message ?? ''}${ran.stdout ?? ''}${ran.stderr ?? ''}` };
}
