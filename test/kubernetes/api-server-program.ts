import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a packed kube-apiserver may lie beside the checkout, as seen from any folder above it. */
const PACKED = 'shared/envtest/kube-apiserver.xz';
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * The kube-apiserver that tests run: the program that `KUBE_APISERVER` names, one on the `PATH`, or a packed one beside
 * the checkout. Null where there is none.
 */
export function apiServerProgram(): string | null {
  const named = process.env.KUBE_APISERVER;
  if (named !== undefined && named !== '') return named;
  if (spawnSync('kube-apiserver', ['--version']).status === 0) return 'kube-apiserver';
  const packed = foldersAbove(fileURLToPath(import.meta.url))
    .map((folder) => join(folder, PACKED))
    .find((file) => existsSync(file));
  return packed === undefined ? null : unpack(packed);
}

/**
 * Why tests against a real API server cannot run here; false where they can. In CI an etcd that is missing is a failure,
 * as is a kube-apiserver that `KUBE_APISERVER` names; a kube-apiserver that nobody has is in no package to install.
 */
export function apiServerMissing(): string | false {
  if (spawnSync('etcd', ['--version']).status !== 0 && !process.env.CI) return 'etcd is not installed';
  return apiServerProgram() === null ? 'there is no kube-apiserver: set KUBE_APISERVER' : false;
}

function foldersAbove(file: string): readonly string[] {
  const folder = dirname(file);
  return folder === file ? [] : [folder, ...foldersAbove(folder)];
}

/** Unpacks once per machine and version; of several at once the last one wins, with the same bytes. */
function unpack(packed: string): string {
  const { size, mtimeMs } = statSync(packed);
  const folder = join(tmpdir(), `kube-apiserver-${size}-${Math.round(mtimeMs)}`);
  const program = join(folder, 'kube-apiserver');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const { status, stdout, stderr, error } = spawnSync('xz', ['-dc', packed], { maxBuffer: MAX_BYTES });
  if (status !== 0) throw new Error(`xz cannot unpack ${packed}: ${error?.message ?? stderr}`);
  const half = `${program}.${process.pid}`;
  writeFileSync(half, stdout);
  chmodSync(half, 0o755);
  renameSync(half, program);
  return program;
}
