import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { OwnFault } from '../../model/result.ts';
import type { StepFailure } from '../recording.ts';

/** Faults of this machine, by the code of an error. They say nothing about the peer. */
const FAULTS: Readonly<Record<string, readonly [OwnFault, string]>> = {
  EMFILE: ['no-descriptors', 'this process has no free file descriptors'],
  ENFILE: ['no-descriptors', 'this machine has no free file descriptors'],
  ENOMEM: ['no-memory', 'this machine has no free memory'],
  ENOBUFS: ['no-memory', 'this machine has no free buffers for its network'],
  EAI_MEMORY: ['no-memory', 'this machine has no free memory for a lookup'],
  ERR_SSL_MALLOC_FAILURE: ['no-memory', 'this process has no free memory for TLS'],
};

/** Returns the failure for an error code that is a fault of this machine; null for any other. */
export function ownFailure(code: string): StepFailure | null {
  const [inconclusive, words] = FAULTS[code] ?? [];
  if (inconclusive === undefined || words === undefined) return null;
  return { reason: 'connection-failed', detail: `${words} (${code})`, inconclusive };
}

/**
 * Returns the failure for `EADDRNOTAVAIL` when connecting: all local ports to this address are in use. Returns null if
 * this machine has no address of the family, which is a fault of the path.
 */
export function noLocalPort(host: string): StepFailure | null {
  const family = isIPv6(host) ? 'IPv6' : 'IPv4';
  const toItself = host === '::1' || host.startsWith('127.');
  const usable = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .some((own) => own.family === family && own.internal === toItself && !own.address.startsWith('fe80:'));
  if (!usable) return null;
  const detail = 'this machine has no free local port (EADDRNOTAVAIL)';
  return { reason: 'connection-failed', detail, inconclusive: 'no-local-port' };
}
