import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { startSimulator } from '../../src/simulator/simulator.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const npm = spawnSync('npm', ['--version']).status === 0 ? false : 'there is no npm';
/** The other architecture, with its number in an ELF file. */
const OTHER = process.arch === 'arm64' ? { arch: 'x64', machine: 62 } : { arch: 'arm64', machine: 183 };

t.test('the package and the executable', { skip: npm, timeout: 285_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const simulator = await startSimulator();
  t.teardown(() => simulator.close());
  const build = (script: string, ...args: readonly string[]) =>
    execFileSync(process.execPath, [join('scripts/build', script), ...args], { cwd: ROOT });
  build('build.ts');

  await t.test('the package has everything that it needs, in an empty folder', async (t) => {
    execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
      cwd: ROOT,
      stdio: 'pipe',
    });
    const [archive = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    execFileSync('tar', ['-xzf', archive], { cwd: folder });
    const root = join(folder, 'package');
    t.notOk(existsSync(join(root, 'node_modules')));
    t.ok(existsSync(join(root, 'dist/THIRD-PARTY-LICENCES.txt')));
    const tools = join(folder, 'tools');
    mkdirSync(tools);
    symlinkSync(process.execPath, join(tools, 'node'));
    const ended = await run(
      join(root, 'bin/jenkins-agent-probe'),
      ['check', simulator.url],
      `${tools}:/usr/bin:/bin`,
    );
    t.match(ended, { code: 0, stdout: /^OK / });
    await readsLogInDemo(t, join(root, 'bin/jenkins-agent-probe'), `${tools}:/usr/bin:/bin`);
  });

  await t.test('modules of Node.js are loaded when they are needed', async (t) => {
    const hook = join(folder, 'loaded.cjs');
    // The test runner loads `child_process` and `worker_threads` in each child.
    const slow = "['tls', 'https', 'v8', 'http2', 'zlib', 'http']";
    const loaded = `${slow}.filter((name) => process.moduleLoadList.includes('NativeModule ' + name))`;
    writeFileSync(hook, `process.on('exit', () => console.log(JSON.stringify(${loaded})));`);
    const start = join(ROOT, 'dist/start.cjs');
    const ended = await run(process.execPath, ['--require', hook, start, 'check', simulator.url], '');
    t.match(ended, { code: 0, stdout: /^OK [^\n]*\n\["http"\]\n$/ });
  });

  await t.test('a command loads only the files that it needs', async (t) => {
    const hook = join(folder, 'files.cjs');
    // The test runner loads files of its own in each child.
    const names = 'Object.keys(require.cache).flatMap((path) => /[^/]+[.]cjs$/.exec(path) ?? [])';
    writeFileSync(hook, `process.on('exit', () => console.log(JSON.stringify(${names})));`);
    const common = ['files.cjs', 'start.cjs', 'rolldown-runtime.cjs', 'early.cjs', 'main.cjs', 'program.cjs'];
    for (const [args, files] of [
      [['alive', 'http://127.0.0.1:1/'], []],
      [['check', simulator.url], ['check.cjs']],
      [
        ['check', simulator.url, '--websocket'],
        ['check.cjs', 'websocket.cjs'],
      ],
      [
        ['diagnose', simulator.url],
        ['commands.cjs', 'check.cjs'],
      ],
    ] as const) {
      const start = join(ROOT, 'dist/start.cjs');
      const { stdout } = await run(process.execPath, ['--require', hook, start, ...args], '');
      t.same(JSON.parse(stdout.split('\n').at(-2) ?? ''), [...common, ...files], args.join(' '));
    }
  });

  await t.test('every file of the program is ASCII, so V8 keeps it with one byte for each character', (t) => {
    const files = readdirSync(join(ROOT, 'dist')).filter((name) => name.endsWith('.cjs'));
    t.ok(files.length > 3 && files.length <= 20, `${files.length} files`);
    for (const name of files) {
      t.notOk(
        readFileSync(join(ROOT, 'dist', name)).some((byte) => byte > 127),
        name,
      );
    }
    t.end();
  });

  const noTools = spawnSync('strip', ['--version']).status === 0 ? false : 'there is no strip';
  await t.test('the executable runs without Node.js and with an empty PATH', { skip: noTools }, async (t) => {
    build('build-binary.ts');
    const program = join(ROOT, `dist/jenkins-agent-probe-${process.platform}-${process.arch}`);
    t.match(await run(program, ['check', simulator.url], ''), { code: 0, stdout: /^OK / });
    t.match(await run(program, ['diagnose', simulator.url], ''), { code: 0, stdout: /listener/ });
    const file = join(folder, 'none.yaml');
    t.match(await run(program, ['serve', '--config', file], ''), { code: 2, stderr: /none\.yaml/ });
    await readsLogInDemo(t, program, '');
    const ending = { JENKINS_AGENT_PROBE_END_CODE: '3' };
    t.match(
      await run(program, ['--version'], '', ending),
      { code: 3, stdout: '' },
      'only ends, with that code',
    );
  });

  const noNode = missingNode();
  await t.test('the executable for another architecture', { skip: noTools || noNode }, async (t) => {
    build('build-binary.ts', '--arch', OTHER.arch);
    const bytes = readFileSync(join(ROOT, `dist/jenkins-agent-probe-${process.platform}-${OTHER.arch}`));
    t.equal(bytes.toString('latin1', 0, 4), '\x7fELF');
    t.equal(bytes.readUInt16LE(18), OTHER.machine, 'for its processor');
    t.ok(bytes.includes('NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1'), 'Node.js looks for a program');
    t.ok(bytes.includes('Can a Jenkins inbound agent'), 'there is one');
  });
});

/** Returns why Node.js for the other architecture cannot be downloaded here; false if it can. */
function missingNode(): string | false {
  if (process.platform !== 'linux') return 'executables for other architectures are for Linux';
  const name = `node-linux-${OTHER.arch}@${process.version.slice(1)}`;
  if (process.env.CI || spawnSync('npm', ['view', name, 'version']).status === 0) return false;
  return `the npm registry does not offer ${name}`;
}

/**
 * Runs a program with only PATH in its environment. The simulator runs in this process, so the call is asynchronous.
 */
async function run(program: string, args: readonly string[], path: string, env: NodeJS.ProcessEnv = {}) {
  const child = spawn(program, args, { env: { PATH: path, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const [code] = await once(child, 'close');
  return { code: Number(code), ...output };
}

/** Runs the demo, which uses a thread for a port that drops packets. Its daemon then reads a log in another thread. */
async function readsLogInDemo(t: Test, program: string, path: string): Promise<void> {
  const args = ['demo', '--listen', '127.0.0.1:0'];
  const child = spawn(program, args, { env: { PATH: path }, stdio: ['ignore', 'pipe', 'ignore'] });
  t.teardown(() => child.kill('SIGKILL'));
  const ended = once(child, 'close');
  const [welcome] = await once(child.stdout, 'data');
  const [base = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(String(welcome)) ?? [];
  t.match(welcome, /^ {2}\.\/bin\/jenkins-agent-probe diagnose http:\/\/127\.0\.0\.1:\d+\/jenkins\/$/m);
  const log =
    'SEVERE: Failed to connect to jenkins.example.com:50000: java.net.ConnectException: Connection refused';
  const answer = await fetch(`${base}/diagnose`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ log }),
  });
  t.match({ status: answer.status, body: await answer.json() }, { status: 200, body: { controller: 'log' } });
  t.equal((await fetch(`${base}/openapi.json`)).status, 200);
  child.kill('SIGTERM');
  t.strictSame(await ended, [0, null]);
}
