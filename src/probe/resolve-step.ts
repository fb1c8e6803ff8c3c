import type { ProbeOptions } from '../model/options.ts';
import type { StepName } from '../model/result.ts';
import type { ProxyServer } from '../model/target.ts';
import type { HostPort } from '../protocol/host-port.ts';
import type { Recording } from './recording.ts';
import type { Deadline } from './wire/deadline.ts';
import { describeProxy, type Hop, planHops } from './wire/hop.ts';

/** The limit of probed addresses of a name; the rest are reported as skipped. */
const MAX_ADDRESSES = 8;
/** The time limit of the lookup, as a part of the timeout. */
const SHARE = 0.4;

/** A lookup of a probe, and the steps that report it. */
interface Resolving {
  /** The step that reports the result. */
  readonly step: StepName;
  /** The name in the detail of the step; null: only a failure is reported, because the step continues with the connection. */
  readonly name: string | null;
  /** The step that connects to each address. */
  readonly connect: StepName;
  /** The steps that are skipped when the name does not resolve. */
  readonly rest: readonly StepName[];
  readonly to: HostPort;
  readonly proxy: ProxyServer | null;
  readonly proxyMode: 'connect' | 'forward';
}

/**
 * Resolves the name that a probe connects to, and records the step, the proxy and the skipped addresses.
 * @returns the hops to probe, at most {@link MAX_ADDRESSES}; null if the name does not resolve
 */
export async function resolveHops(
  recording: Recording,
  deadline: Deadline,
  { step, name, connect, rest, to, proxy, proxyMode }: Resolving,
  options: ProbeOptions,
): Promise<readonly Hop[] | null> {
  if (proxy !== null) recording.evidence.proxy = describeProxy(proxy);
  const resolving = recording.begin(step, null);
  const plan = await deadline.step(SHARE, (limit) => planHops(to, proxy, proxyMode, limit, options));
  if (!plan.ok) {
    resolving.fail(plan.finding);
    recording.skip(rest, null, 'the name does not resolve');
    return null;
  }
  if (name !== null) resolving.ok(`${name}: ${plan.detail}`);
  for (const hop of plan.hops.slice(MAX_ADDRESSES)) {
    recording.skip([connect], hop.label, `only the first ${MAX_ADDRESSES} addresses are probed`);
  }
  return plan.hops.slice(0, MAX_ADDRESSES);
}
