// Runs all test files, or those in the arguments, each in its own process. It prints what failed, and everything as TAP if
// TAP_REPORTER is `tap`. The program `tap` can run them, too, but takes much longer: it loads hooks for coverage into each
// file and each process that a file starts. Also, it runs the files in the order of their names.
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import t from 'tap';

const ROOT = dirname(import.meta.dirname);
const JOBS = Math.min(2, availableParallelism());
const { NODE_OPTIONS = '' } = process.env;
const TIMEOUT_S = Number(process.env.TAP_TIMEOUT ?? 120);

/** Files that use hardly any CPU, because they wait for real time limits. One of them runs beside the others. */
const WAITING = [
  'test/probe/extra-checks/extra-checks.test.ts',
  'test/serve/silent-strangers.test.ts',
  'test/serve/silent-zone.test.ts',
];

/** The check of the coverage runs the tests of src/protocol itself. */
const COVERAGE = 'scripts/check-protocol-coverage.mjs';
const COVERED = 'test/protocol/';

function allFiles(): string[] {
  const files = globSync('test/**/*.test.ts', { cwd: ROOT }).filter((file) => !file.startsWith(COVERED));
  const missing = WAITING.filter((file) => !files.includes(file));
  if (missing.length > 0) throw new Error(`scripts/run-tests.ts names missing files: ${missing.join(', ')}`);
  return [COVERAGE, ...files.sort()];
}

/** Returns a stream that drops the lines of what passed, except those of whole files. */
function onlyFailures(): Transform {
  let rest = '';
  return new Transform({
    transform(chunk, _encoding, done) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      const kept = lines.filter(
        (line) => !/^ +(ok |# (Subtest|time))|^ *1\.\.\d+$|^# Subtest|^ *$/.test(line),
      );
      done(null, kept.map((line) => `${line}\n`).join(''));
    },
  });
}

const files = process.argv.length > 2 ? process.argv.slice(2) : allFiles();
const waiting = files.filter((file) => WAITING.includes(file));
const working = files.filter((file) => !WAITING.includes(file));

async function run(queue: string[]): Promise<void> {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const args = [
      `NODE_OPTIONS=${NODE_OPTIONS}`,
      process.execPath,
      file,
      ...(file === COVERAGE ? ['--tap'] : []),
    ];
    const options = {
      cwd: ROOT,
      env: { ...process.env, TAP_TIMEOUT: `${TIMEOUT_S}` },
      buffered: true,
      timeout: TIMEOUT_S * 1000,
    };
    // `env` removes the hooks that `spawn` adds.
    await t.spawn('env', args, options, file);
  }
}

t.register();
t.setTimeout(0);
t.jobs = JOBS + 1;
if (process.env.TAP_REPORTER === 'tap') t.pipe(process.stdout);
else t.pipe(onlyFailures()).pipe(process.stdout);
await Promise.all([run(waiting), ...Array.from({ length: JOBS }, () => run(working))]);
// No plan: a file that takes too long counts as two failures.
t.end();
