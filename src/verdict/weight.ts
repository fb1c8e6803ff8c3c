import {
  AGENT_PORT_DEPTHS,
  type AgentPortDepth,
  type Depth,
  firstFailure,
  isAgentPortDepth,
  type ProbeResult,
  STEPS,
  type StepName,
} from '../model/result.ts';
import type { Count } from './verdict.ts';

/** The last step of each depth of the agent-port probe. */
const LAST_STEP: Readonly<Record<AgentPortDepth, StepName>> = {
  ping: 'ping',
  handshake: 'identity',
  login: 'capability',
};

/** The latest result of each depth that has run. */
export type LatestResults = ReadonlyMap<Depth, ProbeResult>;

/**
 * Returns the effect of a result on the verdict of its entrypoint; null if it does not count. All depths of the agent
 * port share one verdict. A shallow success does not outweigh a deeper failure at a step that the shallow probe skips:
 * with the wrong identity on the port, every `ping` succeeds and no agent can connect.
 * @param latest the results before this one
 */
export function weigh(result: ProbeResult, latest: LatestResults): Count | null {
  if (!result.success) return { success: false, reason: firstFailure(result)?.reason ?? null };
  if (!isAgentPortDepth(result.depth)) return { success: true };
  const { depth } = result;
  const outweighed = AGENT_PORT_DEPTHS.some((other) => {
    const deeper = latest.get(other);
    return isDeeper(other, depth) && deeper !== undefined && failedBeyond(deeper, depth);
  });
  return outweighed ? null : { success: true };
}

/**
 * True if a result failed at a step that the probe at `depth` skips. With several addresses, the one that got furthest
 * decides: the shallower probe considers it good.
 */
export function failedBeyond(result: ProbeResult, depth: AgentPortDepth): boolean {
  if (result.success) return false;
  const furthest = Math.max(
    -1,
    ...result.steps.filter(({ outcome }) => outcome === 'failed').map(({ step }) => STEPS.indexOf(step)),
  );
  return furthest > STEPS.indexOf(LAST_STEP[depth]);
}

function isDeeper(a: AgentPortDepth, b: AgentPortDepth): boolean {
  return AGENT_PORT_DEPTHS.indexOf(a) > AGENT_PORT_DEPTHS.indexOf(b);
}

/**
 * The results that still count. A failure of the agent port is past once a later probe has succeeded at all of its failed
 * steps.
 */
export function standing(results: readonly ProbeResult[]): readonly ProbeResult[] {
  return results.filter(
    (result) =>
      result.success ||
      !results.some(
        ({ depth, success, startedAt }) =>
          success &&
          isAgentPortDepth(depth) &&
          isAgentPortDepth(result.depth) &&
          startedAt > result.startedAt &&
          !failedBeyond(result, depth),
      ),
  );
}
