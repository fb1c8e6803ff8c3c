import { readFileSync } from 'node:fs';

/** The limits of connections where descriptors are plenty: enough for every load balancer node and scraper. */
const MAX_HTTP = 1024;
const MAX_HEALTH_PORTS = 512;

/** The numbers of connections that may hold a file descriptor at a time. */
interface DescriptorShares {
  /** Of the HTTP servers together: at most half of the process's descriptors. */
  readonly http: number;
  /** Of all gates and agent checks together: at most a quarter. The rest is for probes and files. */
  readonly healthPorts: number;
}

/** Returns the shares under the limit of open files of this process. Never throws. */
export function descriptorShares(): DescriptorShares {
  const files = openFilesLimit();
  return {
    http: Math.min(MAX_HTTP, Math.floor(files / 2)),
    healthPorts: Math.min(MAX_HEALTH_PORTS, Math.floor(files / 4)),
  };
}

/** Returns the soft limit, which Node.js raises to the hard one when it starts; infinity if it is unlimited or unknown. */
function openFilesLimit(): number {
  try {
    const soft = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    // Only Linux has this file.
    return Number.POSITIVE_INFINITY;
  }
}
