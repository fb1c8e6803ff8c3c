import { extraCheckPlanner } from '../diagnosis/plan-extra-checks.ts';
import { CHEAP_CHECKS, type ExtraCheckPermissions } from '../model/extra-check-permissions.ts';
import type { AgentPortDepth } from '../model/result.ts';
import type { Survey } from '../model/survey.ts';
import type { Target } from '../model/target.ts';
import { probeAgentPort } from '../probe/agent-port/probe-agent-port.ts';
import { checkFurther, type InvestigateOptions, investigate } from '../probe/extra-checks/investigate.ts';
import { probeWeb } from '../probe/web/probe-web.ts';
import { probeWebSocket } from '../probe/websocket/probe-websocket.ts';

/** The options of a survey. */
interface SurveyRequest extends InvestigateOptions {
  /** Default: only cheap checks. */
  readonly permissions?: ExtraCheckPermissions;
}

/** The probes of a daemon; tests replace them. */
export interface Probes {
  readonly web: typeof probeWeb;
  readonly agentPort: typeof probeAgentPort;
  readonly websocket: typeof probeWebSocket;
  /** Runs all probes and permitted extra checks of one diagnosis. */
  readonly survey: (target: Target, depth: AgentPortDepth, options?: SurveyRequest) => Promise<Survey>;
  /** Runs further extra checks after a survey. */
  readonly checkFurther: (target: Target, survey: Survey, options?: SurveyRequest) => Promise<Survey>;
}

/** The probes over real sockets. */
export const realProbes: Probes = {
  web: probeWeb,
  agentPort: probeAgentPort,
  websocket: probeWebSocket,
  survey: (target, depth, { permissions = CHEAP_CHECKS, ...options } = {}) =>
    investigate(target, depth, extraCheckPlanner(permissions), options),
  checkFurther: (target, survey, { permissions = CHEAP_CHECKS, ...options } = {}) =>
    checkFurther(target, survey, extraCheckPlanner(permissions), options),
};
