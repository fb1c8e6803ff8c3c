import type { ProbeOptions } from '../../model/options.ts';
import type { ProxyServer } from '../../model/target.ts';
import { formatHostPort, type HostPort } from '../../protocol/host-port.ts';
import type { StepLimit } from './deadline.ts';
import { type Resolution, resolveAll } from './resolve.ts';

/** One path to a host and port: an address to dial, and the proxy, if one is used. */
export interface Hop {
  /** The address in reports. */
  readonly label: string;
  /** The IP address to dial. */
  readonly dial: HostPort;
  /** Set if `dial` is a proxy, which is used with CONNECT, or to forward requests in absolute form. */
  readonly via: {
    readonly proxy: ProxyServer;
    readonly to: HostPort;
    readonly mode: 'connect' | 'forward';
  } | null;
}

type Plan =
  | { readonly ok: true; readonly hops: readonly Hop[]; readonly detail: string }
  | Extract<Resolution, { ok: false }>;

/**
 * Resolves the name to dial. Without a proxy each address of the target is a separate hop. With a proxy, the proxy resolves
 * the name of the target, and the only hop is the proxy's first address, as for an agent. The failure for a target that is
 * not permitted does not contain its addresses.
 */
export async function planHops(
  to: HostPort,
  proxy: ProxyServer | null,
  mode: 'connect' | 'forward',
  limit: StepLimit,
  { resolve, admit }: Pick<ProbeOptions, 'resolve' | 'admit'>,
): Promise<Plan> {
  const admits = (seen: readonly string[] | null) =>
    admit === undefined || (proxy === null && admit(to, seen));
  if (!admits(null)) return notAdmitted(to);
  const { host, port } = proxy ?? to;
  const resolution = await resolveAll(host, limit, resolve);
  const addresses = resolution.ok ? resolution.addresses : [];
  const texts = addresses.map(({ address }) => address);
  if (!admits(texts)) return notAdmitted(to);
  if (!resolution.ok) return resolution;
  const list = texts.join(', ');
  if (proxy === null) {
    const hops = addresses.map(({ address }) => ({
      label: formatHostPort(address, port),
      dial: { host: address, port },
      via: null,
    }));
    return { ok: true, hops, detail: list };
  }
  const dial = { host: addresses[0]?.address ?? host, port };
  const hop = { label: formatHostPort(to.host, to.port), dial, via: { proxy, to, mode } };
  return {
    ok: true,
    hops: [hop],
    detail: `proxy ${formatHostPort(host, port)} at ${list}; it resolves ${to.host}`,
  };
}

function notAdmitted({ host, port }: HostPort): Plan {
  const detail = `connecting to ${formatHostPort(host, port)} is not permitted`;
  return { ok: false, finding: { reason: 'connection-failed', detail } };
}

/** Returns the URL of a proxy without its credentials. */
export function describeProxy(proxy: ProxyServer): string {
  return `http://${formatHostPort(proxy.host, proxy.port)}`;
}
