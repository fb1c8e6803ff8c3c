import { performance } from 'node:perf_hooks';
import type { ProbeOptions } from '../model/options.ts';
import type { AgentPortDepth, ProbeResult } from '../model/result.ts';
import type { Asked, Survey } from '../model/survey.ts';
import type { Target } from '../model/target.ts';
import type { ListenerAnnouncement } from '../protocol/announcement.ts';
import { agentPortOfTarget, probeAgentPort } from './agent-port/probe-agent-port.ts';
import { probeWeb } from './web/probe-web.ts';
import { webEntrypoint } from './web/web-entrypoint.ts';
import { probeWebSocket } from './websocket/probe-websocket.ts';

/** The options of {@link takeSurvey}. */
export interface SurveyOptions extends ProbeOptions {
  /** The remoting version of the agents, if known. */
  readonly agentVersion?: string;
  /** Agent ports that this controller announced earlier, if known. */
  readonly earlierPorts?: readonly number[];
}

/**
 * Probes all entrypoints of a target in an agent's order: the Jenkins URL (with `login` as evidence), the agent port, the
 * WebSocket. Each probe has the whole timeout of the target. If an announcement is needed and missing, the steps of the
 * agent port are reported as skipped. It logs in over WebSocket only at depth `login`.
 */
export async function takeSurvey(
  target: Target,
  depth: AgentPortDepth,
  options: SurveyOptions = {},
): Promise<Survey> {
  const startedAt = Date.now();
  const start = performance.now();
  const results: ProbeResult[] = [];
  let announcement: ListenerAnnouncement | null = null;
  if (target.url !== null) {
    const web = await probeWeb(target, { ...options, login: true });
    results.push(web);
    announcement = web.evidence.announcement ?? null;
  }
  if (target.websocket !== 'only') {
    results.push(await probeAgentPort(target, depth, announcement, options));
  }
  if (target.websocket !== 'off' && target.url !== null) {
    results.push(await probeWebSocket(target, { ...options, login: depth === 'login' }));
  }
  const durationMs = Math.round((performance.now() - start) * 10) / 10;
  const asked = askedOf(target, depth, announcement, options);
  return { startedAt, durationMs, results, direct: target.direct !== null, asked, checks: [] };
}

/** Returns the request of a survey. @param announcement of the controller, or null */
export function askedOf(
  target: Target,
  depth: AgentPortDepth,
  announcement: ListenerAnnouncement | null,
  { agentVersion, earlierPorts }: Pick<SurveyOptions, 'agentVersion' | 'earlierPorts'> = {},
): Asked {
  const { direct, tunnel, url } = target;
  return {
    depth,
    websocket: target.websocket,
    way: direct !== null ? 'direct' : tunnel !== null ? 'tunnel' : 'discovery',
    agentPort: target.websocket === 'only' ? null : agentPortOfTarget(target, announcement),
    web: url === null ? null : webEntrypoint(target, url, false).at,
    hasAgent: target.agent !== null,
    proxyIgnored: target.proxy.ignored ?? null,
    agentVersion: agentVersion ?? null,
    earlierPorts: earlierPorts ?? [],
  };
}
