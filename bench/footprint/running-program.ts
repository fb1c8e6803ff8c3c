import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const START_MS = 60_000;
/** USER_HZ of every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;

/** A measured program in a separate process. */
export interface RunningProgram {
  readonly pid: number;
  /** Resident memory in MB (10^6 bytes), now. */
  memory(): number;
  /** CPU time since its start in seconds, user and system. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

/** Starts a program and resolves when `ready` answers 200. Throws with its last output if it ends before. */
export async function startProgram(
  command: string,
  args: readonly string[],
  ready: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningProgram> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-2000);
    });
  }
  child.on('error', (error) => {
    output += error.message;
  });
  const end = performance.now() + START_MS;
  while (!(await answers(ready))) {
    if (child.exitCode !== null || child.pid === undefined || performance.now() > end) {
      child.kill('SIGKILL');
      throw new Error(`${command} did not start: ${output}`);
    }
    await delay(100);
  }
  const pid = Number(child.pid);
  return {
    pid,
    memory: () => memoryOf(pid),
    cpuSeconds: () => cpuSecondsOf(pid),
    stop: () => stop(child),
  };
}

/** Returns a free TCP port of the loopback address. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

async function answers(url: string): Promise<boolean> {
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    return status === 200;
  } catch {
    return false;
  }
}

function memoryOf(pid: number): number {
  const [, kib = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kib) * 1024) / 1e6;
}

function cpuSecondsOf(pid: number): number {
  // The second field is the name of the program, which may contain spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
