import type { CheckContext } from '../../model/extra-check.ts';
import { proxyFor } from '../../model/proxy-rules.ts';
import type { HostPort } from '../../protocol/host-port.ts';
import type { Deadline } from '../wire/deadline.ts';
import { type Hop, planHops } from '../wire/hop.ts';

/**
 * Returns the hop to an agent port for an extra check: the given address, else the first one of the name.
 * @param viaProxy false: without the proxy
 * @returns null if the name does not resolve
 */
export async function portHop(
  { target, options }: CheckContext,
  at: HostPort,
  address: string | null,
  deadline: Deadline,
  viaProxy = true,
): Promise<Hop | null> {
  const proxy = viaProxy ? proxyFor(target.proxy, 'agent-port', at.host) : null;
  const plan = await deadline.step(1, (limit) => planHops(at, proxy, 'connect', limit, options));
  if (!plan.ok) return null;
  return plan.hops.find(({ label }) => label === address) ?? plan.hops[0] ?? null;
}
