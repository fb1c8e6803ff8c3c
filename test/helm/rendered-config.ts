import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { generate } from 'selfsigned';
import { runHere } from '../cli/in-process.ts';

const MOUNTED = /\/run\/secrets\/[\w./-]+/g;

/** Runs the program's `config check` on a rendered configuration, with every secret that it names in place. */
export async function checkConfig(
  t: { teardown(stop: () => void): void },
  config: string,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const [file] of config.matchAll(MOUNTED)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), file.endsWith('.pem') ? (await generate([])).cert : 'c0ffee');
  }
  const path = join(folder, 'config.yaml');
  writeFileSync(
    path,
    config.replace(MOUNTED, (file) => join(folder, file)),
  );
  return runHere(['config', 'check', '--config', path]);
}
