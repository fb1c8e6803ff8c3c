// Fails unless the tests in test/protocol, on their own, pass and take every line, branch and function of every module
// in src/protocol.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MEASURES = ['lines', 'branches', 'functions'];
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const report = join(root, '.tap', 'report', 'coverage-summary.json');

/** Runs the tests; their TAP goes nowhere, for the results of the whole suite are written by another run. */
function measure() {
  const { TAP_OUTPUT_FILE, TAP_REPORTER, ...env } = process.env;
  const tests = readdirSync(join(root, 'test', 'protocol')).filter((name) => name.endsWith('.test.ts'));
  const flags = ['--no-disable-coverage', '--allow-incomplete-coverage', '--coverage-report=json-summary'];
  const args = [join('node_modules', '.bin', 'tap'), '--reporter=tap', ...flags];
  rmSync(report, { force: true });
  return spawnSync(process.execPath, [...args, ...tests.map((name) => join('test', 'protocol', name))], {
    cwd: root,
    // V8 counts less precisely in functions that come out of a compile cache.
    env: { ...env, NODE_DISABLE_COMPILE_CACHE: '1' },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
}

/** What is not taken wholly, one line each. A module that no test imports is not in the report at all. */
function gaps(summary) {
  const modules = readdirSync(join(root, 'src', 'protocol')).filter((name) => name.endsWith('.ts'));
  return modules.flatMap((name) => {
    const taken = summary[join(root, 'src', 'protocol', name)];
    if (taken === undefined) return [`src/protocol/${name}: imported by no test`];
    return MEASURES.filter((of) => taken[of].pct !== 100).map(
      (of) => `src/protocol/${name}: ${taken[of].pct} % of ${of}`,
    );
  });
}

const run = measure();
if (run.status !== 0) {
  console.error(`${run.stdout}${run.stderr}`);
  process.exit(1);
}
const found = gaps(JSON.parse(readFileSync(report, 'utf8')));
for (const gap of found) console.error(gap);
if (found.length === 0) console.log('src/protocol: every line, branch and function is tested');
process.exitCode = found.length === 0 ? 0 : 1;
