import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { startSimulator } from '../../src/simulator/simulator.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const npm = spawnSync('npm', ['--version']).status === 0 ? false : 'there is no npm';

t.test('the package and the executable', { skip: npm, timeout: 285_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const simulator = await startSimulator();
  t.teardown(() => simulator.close());
  const build = (script: string) =>
    execFileSync(process.execPath, [join('scripts/build', script)], { cwd: ROOT });
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
  });

  const noTools = spawnSync('strip', ['--version']).status === 0 ? false : 'there is no strip';
  await t.test('the executable runs without Node.js and with an empty PATH', { skip: noTools }, async (t) => {
    build('build-binary.ts');
    const program = join(ROOT, `dist/jenkins-agent-probe-${process.platform}-${process.arch}`);
    t.match(await run(program, ['check', simulator.url], ''), { code: 0, stdout: /^OK / });
    t.match(await run(program, ['diagnose', simulator.url], ''), { code: 0, stdout: /listener/ });
    const file = join(folder, 'none.yaml');
    t.match(await run(program, ['serve', '--config', file], ''), { code: 2, stderr: /none\.yaml/ });
  });
});

/** Runs a program with nothing in its environment but a PATH. The simulator in this process answers meanwhile. */
async function run(program: string, args: readonly string[], path: string) {
  const child = spawn(program, args, { env: { PATH: path }, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const [code] = await once(child, 'close');
  return { code: Number(code), ...output };
}
