// Fails unless the tests in test/protocol pass and cover every line, branch and function of every module in src/protocol.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MEASURES = ['lines', 'branches', 'functions'];
const asTap = process.argv.includes('--tap');
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const report = join(root, '.tap', 'report', 'coverage-summary.json');

/** Runs the tests. Their results are printed only with `--tap`, so that they count once in the run of the whole suite. */
function measure() {
  const { TAP_OUTPUT_FILE, TAP_REPORTER, ...env } = process.env;
  const tests = readdirSync(join(root, 'test', 'protocol')).filter((name) => name.endsWith('.test.ts'));
  const flags = ['--no-disable-coverage', '--allow-incomplete-coverage', '--coverage-report=json-summary'];
  const args = [join('node_modules', '.bin', 'tap'), '--reporter=tap', '--jobs=1', ...flags];
  rmSync(report, { force: true });
  return spawnSync(process.execPath, [...args, ...tests.map((name) => join('test', 'protocol', name))], {
    cwd: root,
    // V8 counts less precisely in functions that come out of a compile cache.
    env: { ...env, NODE_DISABLE_COMPILE_CACHE: '1' },
    stdio: ['ignore', asTap ? 'inherit' : 'pipe', asTap ? 'inherit' : 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
}

/** Returns one line for each module without full coverage. The report does not contain modules that no test imports. */
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
  if (!asTap) console.error(`${run.stdout}${run.stderr}`);
  process.exit(1);
}
const found = gaps(JSON.parse(readFileSync(report, 'utf8')));
for (const gap of found) console.error(gap);
if (found.length === 0 && !asTap) console.log('src/protocol: every line, branch and function is tested');
process.exitCode = found.length === 0 ? 0 : 1;
