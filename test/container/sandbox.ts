import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ImageConfig } from './buildah.ts';

/**
 * What a container runtime does, with the programs of this machine: namespaces for mounts and processes, the image as a
 * read-only root, `/dev`, `/proc` and `/config`, and a user without any capability.
 */
const SCRIPT = `
root=$1; config=$2; user=$3; shift 3
/usr/bin/mount --bind "$root" "$root" &&
/usr/bin/mount --rbind /dev "$root/dev" &&
/usr/bin/mount -t proc proc "$root/proc" &&
/usr/bin/mount --bind "$config" "$root/config" &&
/usr/bin/mount -o remount,bind,ro "$root" &&
exec /usr/sbin/chroot --userspec="$user" --groups=65532 "$root" "$@"`;

/** An unpacked image, ready to run commands in. */
export interface Sandbox {
  /** The root, as `Buildah.unpack` gives it. */
  readonly root: string;
  readonly config: ImageConfig;
  /** The folder that is `/config` inside. */
  readonly configFolder: string;
  /** Variables beside those of the image. */
  readonly env: Readonly<Record<string, string>>;
}

/** How a command in the image ended. */
export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** A command that runs in the image, as process 1. */
export interface Contained {
  /** As it is known outside. */
  readonly pid: number;
  /** What the kernel says of it: the lines of `/proc/PID/status`, by their names. */
  status(): ReadonlyMap<string, string>;
  readonly ended: Promise<Outcome>;
  /** Once it has ended this does nothing. */
  kill(signal: NodeJS.Signals): void;
}

/** Starts a command in the image, its entry point and arguments by default, and resolves once it has printed something. */
export async function startIn(sandbox: Sandbox, command = defaultCommand(sandbox)): Promise<Contained> {
  const { child, ended } = launch(sandbox, command);
  const printed = child.stdout === null ? Promise.resolve() : once(child.stdout, 'data');
  const early = await Promise.race([printed, ended]);
  if (!Array.isArray(early)) throw new Error(`it ended: ${JSON.stringify(early)}`);
  const pid = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8'));
  return {
    pid,
    ended,
    status: () =>
      new Map(
        readFileSync(`/proc/${pid}/status`, 'utf8')
          .split('\n')
          .map((line) => line.split(/:\s*/, 2) as [string, string]),
      ),
    kill: (signal) => {
      if (child.exitCode === null) process.kill(pid, signal);
    },
  };
}

/** Runs a command in the image to its end. */
export function runIn(sandbox: Sandbox, command: readonly string[]): Promise<Outcome> {
  return launch(sandbox, command).ended;
}

function defaultCommand({ config }: Sandbox): readonly string[] {
  return [...config.Entrypoint, ...config.Cmd];
}

function launch({ root, config, configFolder, env }: Sandbox, command: readonly string[]) {
  const variables = [...(config.Env ?? []), ...Object.entries(env).map(([key, value]) => `${key}=${value}`)];
  // Nothing of our own environment gets in, whatever the runner of the tests adds to it.
  const child: ChildProcess = spawn(
    '/usr/bin/env',
    [
      ...[
        '-i',
        ...variables,
        '/usr/bin/unshare',
        '--mount',
        '--pid',
        '--fork',
        '--kill-child',
        '--',
        '/bin/sh',
        '-c',
        SCRIPT,
        'sandbox',
      ],
      ...[root, configFolder, config.User, ...command],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  const take = (text: string) => {
    output += text;
  };
  child.stdout?.setEncoding('utf8').on('data', take);
  child.stderr?.setEncoding('utf8').on('data', take);
  const ended = once(child, 'close').then(([code]): Outcome => ({ code, output }));
  return { child, ended };
}
