import { once } from 'node:events';
import { isSea } from 'node:sea';

/** Node's names for what holds a thread that nothing can call back: a lookup, and a write that nobody reads. */
const HOLDS_THREAD = new Set(['GetAddrInfoReqWrap', 'FSReqCallback']);

/** Ends the process once its output is written. @param code the exit code */
export async function leave(code: number): Promise<void> {
  process.exitCode = code;
  if (!threadsHeld()) return;
  if (process.stdout.writableLength > 0) await once(process.stdout, 'drain');
  leaveNow(code);
}

/** Set for the process that only ends: the single executable takes no options of Node.js. */
const END_CODE = 'JENKINS_AGENT_PROBE_END_CODE';

/** Ends the process with the code that `leaveNow` gave it, in the single executable only. Called before all else. */
export function endIfReplaced(): void {
  const code = process.env[END_CODE];
  if (code !== undefined && isSea()) process.exit(Number(code));
}

/**
 * Ends the process at once. `process.exit` waits for threads that are held, because libuv joins them. So the process
 * becomes another one that ends with the same code, and the kernel drops the threads. A signal to itself would not do:
 * the first process of a container does not receive it.
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
