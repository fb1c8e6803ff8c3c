import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The path of a packed kube-apiserver beside the checkout, relative to any folder above it. */
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
 * Returns the reason why tests against a real API server cannot run here; false if they can. In CI, a missing etcd is a
 * failure, and so is a missing kube-apiserver that `KUBE_APISERVER` names. No package contains a kube-apiserver, so
 * otherwise its absence skips the tests.
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
