import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
/** The messages of a kernel or a container for an operation that is not permitted. */
const REFUSED = /not permitted|permission denied|not supported|read-only file system/i;

/** The configuration of an image, in the format of Docker. */
export interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[] | null;
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly ExposedPorts: Readonly<Record<string, object>>;
  readonly Labels: Readonly<Record<string, string>>;
  readonly StopSignal: string;
  readonly Healthcheck: { readonly Test: readonly string[] };
}

/** An image: its configuration, and the digests of its uncompressed layers. */
export interface Inspected {
  readonly config: ImageConfig;
  readonly layers: readonly string[];
}

/** Buildah with its own storage and with minimal requirements: plain folders, no registry, no runtime. */
export class Buildah {
  /** A folder for more files, which is removed on close. */
  readonly folder = mkdtempSync(join(tmpdir(), 'buildah-'));

  /** Runs a command of buildah. Rejects with its error output. @returns its standard output */
  async run(command: string, ...args: readonly string[]): Promise<string> {
    try {
      const { stdout } = await execute('buildah', [...this.#storage, command, ...args], {
        maxBuffer: 2 ** 24,
      });
      return stdout.trim();
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`buildah ${command}: ${(stdout + stderr).slice(-4000)}`, { cause: error });
    }
  }

  /** Builds an image from a folder, without cached layers. */
  build(context: string, tag: string, ...args: readonly string[]): Promise<string> {
    const least = ['--isolation=chroot', '--layers=false', '--no-cache', '--pull-never', '--format=docker'];
    return this.run('build', ...least, `--tag=${tag}`, ...args, context);
  }

  async inspect(image: string): Promise<Inspected> {
    const { Docker } = JSON.parse(await this.run('inspect', '--type=image', image));
    return { config: Docker.config, layers: Docker.rootfs.diff_ids };
  }

  /** Unpacks an image. @returns the folder with its root; it may be changed */
  async unpack(image: string): Promise<string> {
    return this.run('mount', await this.run('from', '--pull-never', image));
  }

  /** Removes all images, and {@link folder}. */
  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #storage(): readonly string[] {
    return storageIn(this.folder);
  }
}

function storageIn(folder: string): readonly string[] {
  return [`--root=${join(folder, 'storage')}`, `--runroot=${join(folder, 'run')}`, '--storage-driver=vfs'];
}

/**
 * The reason why an image cannot be built and run here; false if it can. In CI a missing program is not a reason: the
 * test runs and fails. A kernel or a container that refuses is always a reason.
 */
export function containerMissing(): string | false {
  if (process.platform !== 'linux') return 'there are no Linux containers here';
  if (process.getuid?.() !== 0) return 'only root may mount what a container needs';
  if (!process.env.CI) {
    const missing = ['buildah', 'unshare'].filter(
      (program) => spawnSync(program, ['--version']).error !== undefined,
    );
    if (missing.length > 0) return `not on this machine: ${missing.join(', ')}`;
  }
  return refusalOfNamespaces() ?? refusalOfBuildah() ?? false;
}

/** Returns the error message if mounts in a namespace are refused, otherwise null. */
function refusalOfNamespaces(): string | null {
  const script = 'mount -t proc proc /proc && mount --bind / /mnt && mount -o remount,bind,ro /mnt';
  const { stderr } = spawnSync('unshare', ['--mount', '--pid', '--fork', 'sh', '-c', script], {
    encoding: 'utf8',
  });
  return REFUSED.test(stderr) ? `mount and PID namespaces are refused: ${stderr.trim()}` : null;
}

/** Returns the error message if buildah cannot run commands, otherwise null. */
function refusalOfBuildah(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'buildah-'));
  const ask = (...args: readonly string[]) =>
    spawnSync('buildah', [...storageIn(folder), ...args], { encoding: 'utf8' });
  try {
    const from = ask('from', 'scratch');
    // The program does not exist. An error for it shows that the namespace and mounts work.
    const ran =
      from.status === 0 ? ask('run', '--isolation=chroot', from.stdout.trim(), '--', '/nothing') : from;
    return REFUSED.test(ran.stderr) ? `buildah is refused what it needs: ${ran.stderr.trim()}` : null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
