// Runs before `npm start` and `npm test`, with the Node.js of the machine (20 or newer). Installs the dependencies if they are
// missing or older than package-lock.json; they include the Node.js for everything else. Install scripts are off (.npmrc),
// except the one of `node`, which links its program. With `--for-tests` it also builds tap with the plugins of .taprc,
// which an installation removes.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');

function isInstalled() {
  const done = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(done) || !existsSync(join(bin, 'node'))) return false;
  return statSync(done).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

function areTestPluginsBuilt() {
  const built = join(root, 'node_modules', '@tapjs', 'test', 'test-built', 'dist', 'esm', 'index.js');
  return existsSync(built) && !readFileSync(built, 'utf8').includes('@tapjs/typescript');
}

function run(what, file, args) {
  try {
    const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
    execFileSync(file, args, { cwd: root, env, stdio: ['ignore', 2, 2] });
  } catch {
    console.error(`${what} failed, see above.`);
    process.exit(1);
  }
}

if (!isInstalled()) {
  console.error('Installing dependencies (once)…');
  const npm = process.env.npm_execpath;
  const [file, ...args] = npm === undefined ? ['npm'] : [process.execPath, npm];
  run('npm ci', file, [...args, 'ci', '--loglevel=error']);
  run('npm rebuild node', file, [...args, 'rebuild', 'node', '--ignore-scripts=false', '--loglevel=error']);
}
if (process.argv.includes('--for-tests') && !areTestPluginsBuilt()) {
  console.error('Preparing the test runner (once)…');
  run('tap build', join(bin, 'tap'), ['build']);
}
