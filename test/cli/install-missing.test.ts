import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const SCRIPT = fileURLToPath(new URL('../../scripts/install-missing.mjs', import.meta.url));
/** Records its arguments. `ci` installs the dependencies without the link of `node`, which only `rebuild` makes. */
const NPM = `
const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
const [command] = process.argv.slice(2);
appendFileSync('commands.txt', process.argv.slice(2).join(' ') + '\\n');
mkdirSync('node_modules/.bin', { recursive: true });
writeFileSync(command === 'ci' ? 'node_modules/.package-lock.json' : 'node_modules/.bin/node', '');
`;
const CI = 'ci --loglevel=error\n';
const LINK = 'rebuild node --ignore-scripts=false --loglevel=error\n';
const LOCK = { '.package-lock.json': '' };
const LINKED = { '.bin': { node: '' } };

t.test('it runs only the npm commands that a checkout needs', async (t) => {
  const installing = 'Installing dependencies (once; takes one to two minutes)…\n';
  for (const [title, modules, commands, stderr] of [
    ['a fresh checkout', {}, CI + LINK, installing],
    ['a plain `npm ci`', LOCK, LINK, ''],
    ['an interrupted installation', LINKED, CI, installing],
    ['a complete installation', { ...LOCK, ...LINKED }, '', ''],
  ] as const) {
    await t.test(title, async (t) => {
      const root = t.testdir({
        'package-lock.json': '',
        'npm.cjs': NPM,
        'commands.txt': '',
        scripts: { 'install-missing.mjs': readFileSync(SCRIPT, 'utf8') },
        node_modules: modules,
      });
      const run = spawnSync(process.execPath, [`${root}/scripts/install-missing.mjs`], {
        env: { ...process.env, npm_execpath: `${root}/npm.cjs` },
        encoding: 'utf8',
      });
      t.match(run, { status: 0, stderr });
      t.equal(readFileSync(`${root}/commands.txt`, 'utf8'), commands);
    });
  }
});
