import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import type { Keeper } from './keeper.ts';

/** Where a program listens, as its own network namespace sees it. */
export interface Listening {
  readonly address: string;
  readonly port: number;
}

/** How long a program may take until it listens. */
const START_MS = 10_000;
const POLL_MS = 20;

/** One listener for all of them: a matrix runs dozens at the same time. */
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach(kill));

/** Its group is killed with it: some of these programs fork for every connection. */
function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/**
 * Runs a real program until the keeper lets go, and resolves once it listens. Whether it does is read from the kernel's
 * table of sockets: a connection to find out would reach the controller behind it and spoil the count of what it saw.
 * The kernel ends the program together with this process, however that ends. Rejects with the program's own words when
 * it cannot be started or ends early.
 * @param netns the network namespace to run in; default: ours
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

/** State `0A` of a row of `/proc/net/tcp` is LISTEN. */
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

/** An IPv4 address as the kernel prints it: hexadecimal, its bytes in the order of this machine. */
function hexOf(address: string): string {
  const bytes = Buffer.from(address.split('.').map(Number));
  return bytes.readUInt32LE().toString(16).toUpperCase().padStart(8, '0');
}
