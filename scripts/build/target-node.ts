import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';

/** GNU's name of each architecture, in the names of its tools for other machines. */
const GNU_NAMES: Readonly<Record<string, string>> = { arm64: 'aarch64', x64: 'x86_64' };

/**
 * Returns the path of the running version of Node.js for an architecture. That of another architecture is downloaded from
 * the npm registry into a new folder in `folder`; npm compares its checksum. @throws if there is none
 */
export function nodeFor(arch: string, folder: string): string {
  if (arch === process.arch) return process.execPath;
  const name = `node-${process.platform}-${arch}`;
  const place = mkdtempSync(join(folder, 'node-'));
  const version = process.version.slice(1);
  const run = (tool: string, ...args: readonly string[]) =>
    execFileSync(tool, args, { cwd: place, stdio: ['ignore', 'ignore', 'inherit'] });
  run('npm', 'pack', '--silent', `${name}@${version}`);
  run('tar', '-xzf', `${name}-${version}.tgz`, 'package/bin/node');
  return join(place, 'package/bin/node');
}

/** Removes the symbols from an executable; many are only for debuggers. @returns false without a tool for the architecture */
export function strip(executable: string, arch: string): boolean {
  const tool = arch === process.arch ? 'strip' : `${GNU_NAMES[arch]}-linux-gnu-strip`;
  const { error, status } = spawnSync(tool, ['--strip-all', executable], { stdio: 'inherit' });
  if (error !== undefined) return false;
  if (status !== 0) throw new Error(`${tool} ended with ${status}`);
  return true;
}
