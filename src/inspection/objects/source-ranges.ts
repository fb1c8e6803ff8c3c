import { isInBlock, parseBlock } from '../../model/address-block.ts';
import { parseAddress } from '../../model/address-kind.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';

/** The effect of a list of source ranges on the known agents. */
interface RangeAdmission {
  /** `everybody`, `agents`: the list has all of them. `unknown`: it lacks one, or none is known. */
  readonly who: 'everybody' | 'agents' | 'unknown';
  /** An agent pod's address that the list lacks; null: none is known. A NAT may send another address. */
  readonly missing: string | null;
}

/** `::/0` alone keeps IPv4 out. */
const EVERYBODY = '0.0.0.0/0';

/** Compares CIDR ranges with the addresses of the agent pods. */
export function admissionOf(
  ranges: readonly string[],
  { agentPods = [] }: Pick<ControllerClusterFacts, 'agentPods'>,
): RangeAdmission {
  if (ranges.some((range) => range.trim() === EVERYBODY)) return { who: 'everybody', missing: null };
  const blocks = ranges.flatMap((range) => parseBlock(range.trim()) ?? []);
  const addresses = agentPods.flatMap(({ status }) => parseAddress(status?.podIP ?? '') ?? []);
  const missing = addresses.find((address) => !blocks.some((block) => isInBlock(address, block)));
  const admitted = addresses.length > 0 && missing === undefined;
  return { who: admitted ? 'agents' : 'unknown', missing: missing?.toString() ?? null };
}
