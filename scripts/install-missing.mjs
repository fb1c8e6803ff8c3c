// Runs before `npm start` and `npm test`, with the Node.js of the machine (20 or newer). Installs the dependencies if they are
// missing or older than package-lock.json; they include the Node.js for everything else. Install scripts are off (.npmrc),
// except the one of `node`, which links its program; a plain `npm ci` lacks that link. With `--for-tests` it also builds tap
// with the plugins of .taprc, which an installation removes.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');

function isInstalled() {
  const done = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(done)) return false;
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
  } catch (error) {
    // A program that could not start prints nothing.
    console.error(`${what} failed${error.status === null ? `: ${error.message}` : ', see above.'}`);
    process.exit(1);
  }
}

function npm(...command) {
  const { npm_execpath: program } = process.env;
  // Not `process.execPath`: `npm ci` removes the Node.js of the project, which may run this script.
  const [file, ...args] = program === undefined ? ['npm'] : ['node', program];
  run(`npm ${command[0]}`, file, [...args, ...command, '--loglevel=error']);
}

if (!isInstalled()) {
  console.error('Installing dependencies (once; takes one to two minutes)…');
  npm('ci');
}
if (!existsSync(join(bin, 'node'))) npm('rebuild', 'node', '--ignore-scripts=false');
if (process.argv.includes('--for-tests') && !areTestPluginsBuilt()) {
  console.error('Preparing the test runner (once)…');
  run('tap build', join(bin, 'tap'), ['build']);
}
