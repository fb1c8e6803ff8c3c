// Builds `dist/jenkins-agent-probe-PLATFORM-ARCH`, one executable for machines without Node.js:
//
//   npm run build:binary [-- --arch arm64]
//
// It contains the Node.js that runs this script, or the same version for another architecture.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeBundle } from './bundle.ts';
import { bundleExecutable } from './program.ts';
import { nodeFor, strip } from './target-node.ts';

/** The marker of the program inside the executable of Node.js. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const { arch } = parseArgs({ options: { arch: { type: 'string', default: process.arch } } }).values;
const folder = mkdtempSync(join(tmpdir(), 'binary-'));
try {
  writeBundle(await bundleExecutable(), folder);
  const main = join(folder, 'start.cjs');
  const assets = { 'log-thread.cjs': join(folder, 'log-thread.cjs') };
  const blob = join(folder, 'program.blob');
  const config = join(folder, 'sea.json');
  // The cache contains code for this processor.
  const useCodeCache = arch === process.arch;
  const settings = { main, assets, output: blob, disableExperimentalSEAWarning: true, useCodeCache };
  writeFileSync(config, JSON.stringify(settings));
  execFileSync(process.execPath, ['--experimental-sea-config', config], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const output = `dist/jenkins-agent-probe-${process.platform}-${arch}`;
  mkdirSync('dist', { recursive: true });
  copyFileSync(nodeFor(arch, folder), output);
  const stripped = strip(output, arch);
  execFileSync('node_modules/.bin/postject', [output, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', FUSE], {
    stdio: 'ignore',
  });
  chmodSync(output, 0o755);
  const size = `${Math.round(statSync(output).size / 1e6)} MB`;
  process.stdout.write(`${output}: ${size}${stripped ? '' : ', with symbols: no strip for it is here'}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
