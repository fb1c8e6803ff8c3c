import { readdirSync } from 'node:fs';

/** The resources of one process at one time. */
export interface Sample {
  readonly heapMib: number;
  readonly rssMib: number;
  readonly descriptors: number;
  readonly sockets: number;
  readonly timers: number;
}

const MIB = 1024 * 1024;

/** Measures this process, which runs with `--expose-gc`, after a full collection. */
export function measureHere(): Sample {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  return {
    heapMib: heapUsed / MIB,
    rssMib: rss / MIB,
    descriptors: readdirSync('/proc/self/fd').length,
    sockets: resources.filter((kind) => kind === 'TCPSocketWrap').length,
    timers: resources.filter((kind) => kind === 'Timeout').length,
  };
}
