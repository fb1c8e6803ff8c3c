// Runs before `npm start` and `npm test`, on whatever Node the machine has (20 or newer): installs the dependencies,
// among them the Node that runs everything else, when they are missing or older than package-lock.json.
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const installed = join(root, 'node_modules', '.package-lock.json');
const wanted = join(root, 'package-lock.json');
const node = join(root, 'node_modules', '.bin', 'node');

const current =
  existsSync(installed) && existsSync(node) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs;
if (!current) {
  console.error('Installing dependencies (once)…');
  const npm = process.env.npm_execpath;
  const command = npm === undefined ? ['npm'] : [process.execPath, npm];
  const [file, ...args] = [...command, 'ci', '--loglevel=error'];
  try {
    execFileSync(file, args, { cwd: root, stdio: ['ignore', 2, 2] });
  } catch {
    console.error('npm ci failed, see above.');
    process.exit(1);
  }
}
