// Fuzzes everything that is read from outside for longer than CI does: npm run fuzz -- --minutes 30 [--seed N]
// Exits with 1 at a finding; its value is printed, to be kept as a file of test/fuzz/cases.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SURFACES } from '../test/fuzz/fuzz.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, seed: { type: 'string' } },
});
const seed = values.seed ?? String(Date.now() % 1_000_000_000);
const perSurfaceMs = Math.round((Number(values.minutes) * 60_000) / SURFACES.length);
console.log(`seed ${seed}, ${SURFACES.length} surfaces, ${Math.round(perSurfaceMs / 1000)} s each`);

const folder = new URL('../test/fuzz/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.test.ts'));
// The test runner's own limit is for tests that end by themselves.
const env = { ...process.env, FUZZ_SEED: seed, FUZZ_MS: String(perSurfaceMs), TAP_TIMEOUT: '0' };
const failed = files.filter((file) => {
  const path = new URL(file, folder).pathname;
  return spawnSync(process.execPath, [path], { env, stdio: 'inherit' }).status !== 0;
});
console.log(
  failed.length === 0 ? `no finding, seed ${seed}` : `findings in ${failed.join(', ')}, seed ${seed}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
