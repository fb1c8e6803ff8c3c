import { connectionsPerMinute } from '../model/cost.ts';
import { DEPTHS, type Depth } from '../model/result.ts';
import type { ControllerConfig, ProbeConfig } from './controller-schema.ts';
import { cadenceMs as cadenceOf } from './duration.ts';
import type { ProblemSink } from './problems.ts';

/** The settings of the `probe` section; the schema describes its keys. */
export interface ProbePolicy
  extends Readonly<Omit<ProbeConfig, 'timeout' | 'cadence' | 'connectionsPerMinute'>> {
  /** The maximum number of connections to the controller in a minute, scheduled and on demand. */
  readonly connectionsPerMinute: number;
  /** Milliseconds between two probes of a depth; null: not scheduled. */
  readonly cadenceMs: Readonly<Record<Depth, number | null>>;
}

/** The budget of a controller whose cadences need less than half of it. */
const USUAL_BUDGET = 120;

/** Returns the `probe` section of a controller: its own keys, then those of the common section. */
export function mergedProbe(
  common: ProbeConfig,
  { cadence, ...own }: NonNullable<ControllerConfig['probe']>,
): ProbeConfig {
  return { ...common, ...own, cadence: { ...common.cadence, ...cadence } };
}

/** Reads a `probe` section. Adds a problem if the budget is too small for the cadences, because verdicts become stale. */
export function probePolicyOf(section: ProbeConfig, problems: ProblemSink): ProbePolicy {
  const { timeout: _, cadence, connectionsPerMinute: chosen, ...policy } = section;
  const cadenceMs = Object.fromEntries(DEPTHS.map((depth) => [depth, cadenceOf(cadence[depth])])) as Record<
    Depth,
    number | null
  >;
  const needed = Math.ceil(connectionsPerMinute(cadenceMs));
  if (chosen !== undefined && chosen < needed) {
    problems.add('probe.connectionsPerMinute', `must be at least ${needed}: the cadences need that many`);
  }
  return { ...policy, connectionsPerMinute: chosen ?? Math.max(USUAL_BUDGET, 2 * needed), cadenceMs };
}
