import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Buildah } from './buildah.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The folders that are searched for npm. An npm elsewhere is not mounted into the build. */
const NPM_FOLDERS = ['/usr/local/bin', '/usr/bin'] as const;
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const NODE_IMAGE = 'localhost/node';
const BASE_IMAGE = 'localhost/base';
/** The users of the image, as in the images without a shell. */
const PASSWD =
  'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n';

/** The modification time of all files, in Unix seconds, so that builds are reproducible. */
export const EPOCH = 1_700_000_000;
export const REVISION = '0123456789abcdef0123456789abcdef01234567';

/**
 * Creates the two base images of the Dockerfile without a registry. The base of the final image contains the libraries
 * that this `node` needs, and certificates. The base of the build is almost empty: `node`, `npm` and the tools of this
 * machine are mounted into it.
 * @returns the folder with the content of the first
 */
export async function makeBases(buildah: Buildah): Promise<string> {
  const base = folderIn(buildah, 'base', ['dev', 'proc', 'tmp', 'config', dirname(CERTIFICATES)]);
  for (const library of librariesOf(process.execPath)) copyInto(base, library, library);
  copyInto(base, CERTIFICATES, CERTIFICATES);
  writeFileSync(join(base, 'etc/passwd'), PASSWD);
  await makeImage(buildah, BASE_IMAGE, base);

  const node = folderIn(buildah, 'node', [
    'dev',
    'proc',
    'sys',
    'tmp',
    'root',
    'usr',
    'etc/ssl',
    'node',
    'npm',
  ]);
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(node, name));
  writeFileSync(join(node, 'npm/npm'), `#!/bin/sh\nexec ${npmCommand().join(' ')} "$@"\n`, { mode: 0o755 });
  copyInto(node, '/etc/passwd', '/etc/passwd');
  const registry = npmConfig('registry');
  const certificates = process.env.NODE_EXTRA_CA_CERTS ?? '';
  await makeImage(buildah, NODE_IMAGE, node, [
    'PATH=/npm:/node:/usr/local/bin:/usr/bin:/usr/sbin',
    'npm_config_cache=/root/.npm',
    'npm_config_prefer_offline=true',
    'npm_config_update_notifier=false',
    `npm_config_registry=${registry}`,
    ...(certificates.startsWith('/etc/ssl/') ? [`NODE_EXTRA_CA_CERTS=${certificates}`] : []),
  ]);
  return base;
}

/** Builds our unchanged Dockerfile on these two images. @param args more options of buildah */
export function buildOurs(buildah: Buildah, tag: string, ...args: readonly string[]): Promise<string> {
  const given = { NODE_IMAGE, BASE_IMAGE, SOURCE_DATE_EPOCH: EPOCH, REVISION };
  const cache = npmConfig('cache');
  return buildah.build(
    ROOT,
    tag,
    ...Object.entries(given).map(([name, value]) => `--build-arg=${name}=${value}`),
    `--volume=${dirname(process.execPath)}:/node:ro`,
    '--volume=/usr:/usr:ro',
    '--volume=/etc/ssl:/etc/ssl:ro',
    `--volume=${cache}:/root/.npm`,
    ...args,
  );
}

/**
 * The reason why the image cannot be built here fast enough; false if it can. `npm ci` fills the cache of npm. Without
 * the cache, an installation downloads hundreds of packages, which takes minutes.
 */
export function packagesMissing(): string | false {
  if (npmProgram() === undefined) return `there is no npm in ${NPM_FOLDERS.join(' or ')}`;
  const contents = join(npmConfig('cache'), '_cacache/content-v2');
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock;
  const missing = Object.entries(packages).flatMap(([name, { integrity, optional }]) => {
    // Optional packages may be for other platforms.
    if (integrity === undefined || optional) return [];
    const [algorithm = '', digest = ''] = integrity.split('-', 2);
    const [, first = '', second = '', rest = ''] =
      /^(..)(..)(.+)$/.exec(Buffer.from(digest, 'base64').toString('hex')) ?? [];
    return existsSync(join(contents, algorithm, first, second, rest)) ? [] : [name];
  });
  return missing.length > 0 && `npm's cache lacks ${missing.length} packages, ${missing[0]} among them`;
}

/** The part of package-lock.json that is read here. */
interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly integrity?: string; readonly optional?: boolean; readonly dev?: boolean }>
  >;
}

async function makeImage(buildah: Buildah, tag: string, folder: string, env: readonly string[] = []) {
  const lines = ['FROM scratch', 'COPY . /', ...env.map((each) => `ENV ${each}`)];
  const file = `${folder}.Containerfile`;
  writeFileSync(file, `${lines.join('\n')}\n`);
  await buildah.build(folder, tag, `--file=${file}`, `--timestamp=${EPOCH}`);
}

function folderIn(buildah: Buildah, name: string, folders: readonly string[]): string {
  const folder = join(buildah.folder, name);
  for (const each of folders) mkdirSync(join(folder, each), { recursive: true, mode: 0o755 });
  // Mode 1777, as /tmp.
  execFileSync('chmod', ['1777', join(folder, 'tmp')]);
  return folder;
}

function copyInto(folder: string, from: string, to: string): void {
  mkdirSync(dirname(join(folder, to)), { recursive: true });
  copyFileSync(from, join(folder, to));
}

/** Returns the libraries with which a program is linked, including its loader. */
function librariesOf(program: string): readonly string[] {
  const text = execFileSync('ldd', [program], { encoding: 'utf8' });
  return [...text.matchAll(/(?:=> |^\s)(\/\S+) \(/gm)].map(([, path = '']) => path);
}

/** Returns the path of `npm` on this machine, undefined if there is none. */
function npmProgram(): string | undefined {
  return NPM_FOLDERS.map((folder) => join(folder, 'npm')).find(existsSync);
}

/** Returns the command for `npm`, with the `node` in the same folder: a distribution may have patched `npm` for it. */
function npmCommand(): readonly [node: string, script: string] {
  const npm = npmProgram();
  if (npm === undefined) throw new Error(`there is no npm in ${NPM_FOLDERS.join(' or ')}`);
  return [join(dirname(npm), 'node'), realpathSync(npm)];
}

function npmConfig(key: 'cache' | 'registry'): string {
  const [node, script] = npmCommand();
  return execFileSync(node, [script, 'config', 'get', key], { encoding: 'utf8' }).trim();
}
