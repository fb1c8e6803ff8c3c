import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { generate } from 'selfsigned';
import { runHere } from '../cli/in-process.ts';
import { containerOf, type Manifest, podOf, type Rendered } from './chart.ts';

const MOUNTED = /\/run\/secrets\/[\w./-]+/g;

/** One certificate for all configurations: its key takes longer than the rest of a check. */
let pair: ReturnType<typeof generate> | null = null;

/** The part of a test that is needed for cleanup. */
interface Teardown {
  teardown(stop: () => void): void;
}

/** The result of `config check`. */
interface Checked {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `config check` of the program on a rendered configuration, with all of its secret files. */
export async function checkConfig(
  t: Teardown,
  config: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Checked> {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  pair ??= generate([]);
  const { cert, private: key } = await pair;
  for (const [file] of config.matchAll(MOUNTED)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    const content = /\.(pem|crt)$/.test(file) ? cert : file.endsWith('.key') ? key : 'c0ffee';
    writeFileSync(join(folder, file), content);
  }
  const path = join(folder, 'config.yaml');
  writeFileSync(
    path,
    config.replace(MOUNTED, (file) => join(folder, file)),
  );
  return runHere(['config', 'check', '--config', path], { env });
}

/**
 * Runs `config check` as the rendered pod would: on the file in the arguments of its container, in its environment.
 * Returns null if the chart cannot see the configuration, and for the demo, which has no configuration.
 */
export async function checkPod(t: Teardown, rendered: Rendered): Promise<Checked | null> {
  const { args, env: variables = [] } = containerOf(rendered);
  if (args[0] === 'demo') return null;
  const env = Object.fromEntries(
    // The value is in another object; any text is sufficient.
    variables.map(({ name, value }: Manifest) => [name, value ?? 'c0ffee']),
  );
  if (!args.includes('--config')) return runHere(['config', 'check'], { env });
  const volume = podOf(rendered).spec.volumes.find(({ name }: Manifest) => name === 'config');
  const map = rendered.objects.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === volume.configMap?.name,
  );
  return map === undefined ? null : checkConfig(t, map.data['config.yaml'], env);
}
