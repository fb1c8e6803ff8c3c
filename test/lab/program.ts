import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import type { Keeper } from './keeper.ts';

/** The address of a program's listener, in its network namespace. */
export interface Listening {
  readonly address: string;
  readonly port: number;
}

/** The limit for the time until a program listens, in milliseconds. */
const START_MS = 10_000;
const POLL_MS = 20;

/** One listener for all programs: a matrix runs dozens at the same time. */
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach(kill));

/** Kills the process group, because some of these programs fork for every connection. */
function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The program has already ended.
  }
}

/**
 * Runs a real program until the keeper closes, and resolves when it listens. The kernel's table of sockets shows that:
 * a test connection would reach the controller behind the program and change its counters. The kernel ends the program
 * when this process ends. Rejects with the error output of the program if it cannot start or ends early.
 * @param netns the network namespace of the program; default: that of this process
 */
export async function runProgram(
  keeper: Keeper,
  program: string,
  args: readonly string[],
  listening: readonly Listening[],
  netns?: string,
): Promise<ChildProcess> {
  const inside = netns === undefined ? [] : ['ip', 'netns', 'exec', netns];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...inside, program, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
  });
  let words = '';
  const hear = (chunk: Buffer) => {
    words = `${words}${chunk.toString()}`.slice(-4000);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  let failure: Error | null = null;
  child.once('error', (error) => {
    failure = error;
  });
  const ended = new Promise<void>((resolve) =>
    child.once('close', () => resolve()).once('error', () => resolve()),
  );
  running.add(child);
  keeper.keep(async () => {
    running.delete(child);
    kill(child);
    await ended;
  });
  const deadline = Date.now() + START_MS;
  while (!listening.every((at) => listens(child, at))) {
    if (failure !== null || child.exitCode !== null || Date.now() > deadline) {
      throw new Error(`${program} does not listen: ${failure ?? words}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return child;
}

/** State `0A` in a row of `/proc/net/tcp` is LISTEN. */
const LISTEN = '0A';

function listens(child: ChildProcess, { address, port }: Listening): boolean {
  const table = isIPv6(address) ? 'tcp6' : 'tcp';
  let rows: string;
  try {
    rows = readFileSync(`/proc/${child.pid}/net/${table}`, 'utf8');
  } catch {
    return false;
  }
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const host = isIPv6(address) ? null : hexOf(address);
  return rows.split('\n').some((row) => {
    const [, local = '', , state] = row.trim().split(/\s+/);
    const here = host === null || local.startsWith(host) || local.startsWith('00000000');
    return state === LISTEN && local.endsWith(wanted) && here;
  });
}

/** Returns an IPv4 address as the kernel prints it: hexadecimal, in the byte order of this machine. */
function hexOf(address: string): string {
  const bytes = Buffer.from(address.split('.').map(Number));
  return bytes.readUInt32LE().toString(16).toUpperCase().padStart(8, '0');
}
