import type { CheckContext } from '../../model/extra-check.ts';
import { proxyFor } from '../../model/proxy-rules.ts';
import type { HostPort } from '../../protocol/host-port.ts';
import type { Deadline } from '../wire/deadline.ts';
import { type Hop, planHops } from '../wire/hop.ts';

/**
 * The way to an agent port for an extra check: the address that is asked for, else the first one of the name.
 * @param viaProxy false: past the proxy that applies
 * @returns null where the name does not resolve
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
