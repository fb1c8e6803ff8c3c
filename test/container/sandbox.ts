import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ImageConfig } from './buildah.ts';

/**
 * Runs an image as a container runtime does, with the programs of this machine: namespaces for mounts and processes, a
 * read-only root, `/dev`, `/proc` and `/config`, and a user without capabilities.
 */
const SCRIPT = `
root=$1; config=$2; user=$3; shift 3
/usr/bin/mount --bind "$root" "$root" &&
/usr/bin/mount --rbind /dev "$root/dev" &&
/usr/bin/mount -t proc proc "$root/proc" &&
/usr/bin/mount --bind "$config" "$root/config" &&
/usr/bin/mount -o remount,bind,ro "$root" &&
exec /usr/sbin/chroot --userspec="$user" --groups=65532 "$root" "$@"`;

/** An unpacked image for running commands. */
export interface Sandbox {
  /** The root of the image, from `Buildah.unpack`. */
  readonly root: string;
  readonly config: ImageConfig;
  /** The folder that is mounted at `/config`. */
  readonly configFolder: string;
  /** Environment variables in addition to those of the image. */
  readonly env: Readonly<Record<string, string>>;
}

/** The result of a command in the image. */
export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** A command that runs in the image as process 1. */
export interface Contained {
  /** The process ID outside of the namespace. */
  readonly pid: number;
  /** The lines of `/proc/PID/status`, by name. */
  status(): ReadonlyMap<string, string>;
  readonly ended: Promise<Outcome>;
  /** Stops the command. Does nothing if it has ended. */
  kill(signal: NodeJS.Signals): void;
}

/** Starts a command in the image, by default its entry point and arguments. Resolves after its first output. */
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

/** Runs a command in the image until it ends. */
export function runIn(sandbox: Sandbox, command: readonly string[]): Promise<Outcome> {
  return launch(sandbox, command).ended;
}

function defaultCommand({ config }: Sandbox): readonly string[] {
  return [...config.Entrypoint, ...config.Cmd];
}

function launch({ root, config, configFolder, env }: Sandbox, command: readonly string[]) {
  const variables = [...(config.Env ?? []), ...Object.entries(env).map(([key, value]) => `${key}=${value}`)];
  // The environment of the test runner must not reach the command.
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
