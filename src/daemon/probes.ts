import { lookPlanner } from '../diagnosis/plan-extra-checks.ts';
import { CHEAP_LOOKS, type LookPermissions } from '../model/extra-check-permissions.ts';
import type { AgentPortDepth } from '../model/result.ts';
import type { Survey } from '../model/survey.ts';
import type { Target } from '../model/target.ts';
import { probeAgentPort } from '../probe/agent-port/probe-agent-port.ts';
import { type InvestigateOptions, investigate, lookFurther } from '../probe/extra-checks/investigate.ts';
import { probeWeb } from '../probe/web/probe-web.ts';
import { probeWebSocket } from '../probe/websocket/probe-websocket.ts';

/** How a survey is asked for. */
export interface SurveyRequest extends InvestigateOptions {
  /** Default: only looks that cost next to nothing. */
  readonly permissions?: LookPermissions;
}

/** The probes as the daemon calls them; tests bring their own. */
export interface Probes {
  readonly web: typeof probeWeb;
  readonly agentPort: typeof probeAgentPort;
  readonly websocket: typeof probeWebSocket;
  /** Everything for one diagnosis, the extra looks that are allowed included. */
  readonly survey: (target: Target, depth: AgentPortDepth, options?: SurveyRequest) => Promise<Survey>;
  /** More looks after a survey. */
  readonly lookFurther: (target: Target, survey: Survey, options?: SurveyRequest) => Promise<Survey>;
}

/** The probes over real sockets. */
export const realProbes: Probes = {
  web: probeWeb,
  agentPort: probeAgentPort,
  websocket: probeWebSocket,
  survey: (target, depth, { permissions = CHEAP_LOOKS, ...options } = {}) =>
    investigate(target, depth, lookPlanner(permissions), options),
  lookFurther: (target, survey, { permissions = CHEAP_LOOKS, ...options } = {}) =>
    lookFurther(target, survey, lookPlanner(permissions), options),
};
