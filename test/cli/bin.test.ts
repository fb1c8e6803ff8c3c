import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';

const BIN = fileURLToPath(new URL('../../bin/jenkins-agent-probe', import.meta.url));
const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/**
 * Creates a package of the real launcher and of scripts in place of the programs that it starts. Each entry of `tools`
 * becomes a command.
 */
function packageOf(t: Test, files: object, tools: Readonly<Record<string, string>>) {
  const root = t.testdir({ bin: {}, tools: {}, ...files });
  copyFileSync(BIN, `${root}/bin/jenkins-agent-probe`);
  for (const [name, script] of Object.entries(tools)) {
    const made = spawnSync('sh', [
      '-c',
      'printf "%s" "$2" > "$1" && chmod +x "$1"',
      'sh',
      `${root}/tools/${name}`,
      script,
    ]);
    t.equal(made.status, 0);
  }
  return (...args: string[]) => {
    // The shell and its tools have absolute paths, so that PATH can be without node.
    const found = spawnSync('sh', [
      '-c',
      'for t in sh readlink dirname; do ln -sf "$(command -v $t)" "$1/$t"; done',
      'sh',
      `${root}/tools`,
    ]);
    t.equal(found.status, 0);
    return spawnSync(`${root}/tools/sh`, [`${root}/bin/jenkins-agent-probe`, ...args], {
      env: { PATH: `${root}/tools` },
      encoding: 'utf8',
    });
  };
}

t.test('it finds its package through symbolic links, relative and absolute ones', async (t) => {
  const root = t.testdir({ links: {}, far: t.fixture('symlink', BIN) });
  const link = spawnSync('ln', ['-s', '../far', `${root}/links/near`]);
  t.equal(link.status, 0);
  const { stdout } = await promisify(execFile)(`${root}/links/near`, ['--version']);
  t.equal(stdout, `${manifest.version}\n`);
});

t.test('without sources it runs what was built, arguments and exit code passed on', async (t) => {
  const node = `#!/bin/sh\ncase $1 in --version) echo v24.1.0; exit ;; esac\necho "$@"\nexit 7\n`;
  const run = packageOf(t, { dist: { 'start.cjs': '' } }, { node });
  const { status, stdout } = run('check', 'two words');
  t.equal(status, 7);
  t.match(stdout, /\/dist\/start\.cjs check two words\n$/);
});

t.test('too old a Node, or none, is one sentence and exit 2', async (t) => {
  const old = '#!/bin/sh\necho v20.1.0\n';
  t.match(packageOf(t, {}, { node: old })(), {
    status: 2,
    stdout: '',
    stderr:
      /^jenkins-agent-probe: Node\.js 22\.19 or newer is needed, this is v20\.1\.0; in a checkout, run: node scripts\/install-missing\.mjs\n$/,
  });
  t.match(packageOf(t, {}, {})(), {
    status: 2,
    stdout: '',
    stderr: 'jenkins-agent-probe: Node.js 22.19 or newer is needed and there is no node here\n',
  });
});

t.test('a checkout without its dependencies says what to run', async (t) => {
  const node = '#!/bin/sh\necho v22.19.0\n';
  const run = packageOf(t, { src: { cli: { 'main.ts': '' } } }, { node });
  t.match(run(), {
    status: 2,
    stderr: /the dependencies are missing; run: node scripts\/install-missing\.mjs\n$/,
  });
});
