import { once } from 'node:events';
import { isSea } from 'node:sea';

/** Node's names of requests that hold a thread and cannot be cancelled: a lookup, and a write to a full pipe. */
const HOLDS_THREAD = new Set(['GetAddrInfoReqWrap', 'FSReqCallback']);

/** Ends the process when its output is written. @param code the exit code */
export async function leave(code: number): Promise<void> {
  process.exitCode = code;
  if (!threadsHeld()) return;
  if (process.stdout.writableLength > 0) await once(process.stdout, 'drain');
  leaveNow(code);
}

/** Holds the exit code for {@link endIfReplaced}: the single executable takes no options of Node.js. */
const END_CODE = 'JENKINS_AGENT_PROBE_END_CODE';

/** Ends the process with the code of `leaveNow`, in the single executable only. Must be called first. */
export function endIfReplaced(): void {
  const code = process.env[END_CODE];
  if (code !== undefined && isSea()) process.exit(Number(code));
}

/**
 * Ends the process at once. `process.exit` waits for held threads, because libuv joins them. `execve` replaces the
 * process by one that exits with the same code, and the kernel ends the threads. A signal does not work: the first
 * process of a container does not receive its own.
 */
export function leaveNow(code: number): never {
  if (threadsHeld()) {
    process.removeAllListeners('warning');
    const node = [process.execPath, '--eval', `process.exit(${code})`];
    if (isSea()) process.execve?.(process.execPath, [process.execPath], { [END_CODE]: String(code) });
    else process.execve?.(process.execPath, node, {});
  }
  process.exit(code);
}

function threadsHeld(): boolean {
  return process.getActiveResourcesInfo().some((resource) => HOLDS_THREAD.has(resource));
}
