import { systemLookups } from '../probe/wire/lookups.ts';

/**
 * Ends the process once its work is done. A normal exit waits for lookups that still run, because libuv joins its
 * threads. Then the process becomes another one that ends at once with the same code; the kernel drops the threads. A
 * signal to itself would not do: as the first process of a container it would not receive it.
 */
export function leave(code: number): void {
  process.exitCode = code;
  if (systemLookups.running === 0) return;
  process.removeAllListeners('warning');
  process.execve?.(process.execPath, [process.execPath, '--eval', `process.exit(${code})`], {});
}
