import { performance } from 'node:perf_hooks';
import type { LookResult } from '../model/look.ts';
import type { ProbeOptions } from '../model/options.ts';
import type { AgentPortDepth, ProbeResult } from '../model/result.ts';
import type { Target, WebSocketMode } from '../model/target.ts';
import type { HostPort } from '../protocol/host-port.ts';
import type { ListenerAnnouncement } from '../protocol/listener.ts';
import { placeOf, probeAgentPort } from './agent-port/agent-port.ts';
import { probeWeb } from './web/web.ts';
import { webDoor } from './web/web-door.ts';
import { probeWebSocket } from './websocket/websocket.ts';

/** What {@link survey} takes beside the target. */
export interface SurveyOptions extends ProbeOptions {
  /** The remoting version of the agents here, where it is known. */
  readonly agentVersion?: string;
  /** Agent ports that this controller announced in the past, where somebody kept them. */
  readonly earlierPorts?: readonly number[];
}

/** What was asked for, as far as a diagnosis weighs it. None of it is secret. */
export interface Asked {
  readonly depth: AgentPortDepth;
  readonly websocket: WebSocketMode;
  /** How agents find the agent port. */
  readonly way: 'discovery' | 'tunnel' | 'direct';
  /** Where the agent port was looked for; null where nothing told. */
  readonly agentPort: HostPort | null;
  /** Host and port of the Jenkins URL. */
  readonly web: HostPort | null;
  /** Whether a name and a secret were there to log in with. */
  readonly hasAgent: boolean;
  /** Whether a proxy may apply at all. */
  readonly proxied: boolean;
  /** The remoting version of the agents here; null: not known. */
  readonly agentVersion: string | null;
  /** Agent ports that this controller announced in the past. */
  readonly earlierPorts: readonly number[];
}

/** Everything that was looked at for one diagnosis. */
export interface Survey {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly results: readonly ProbeResult[];
  /** Agents connect directly: the Jenkins URL, where there is one, is looked at but not needed. */
  readonly direct: boolean;
  readonly asked: Asked;
  /** What was looked at beyond the steps; empty for a plain survey. */
  readonly looks: readonly LookResult[];
}

/**
 * Takes every way in that a target has, in an agent's order: the Jenkins URL (with `login` as evidence), the agent
 * port, the WebSocket. Each probe has the target's whole timeout. Where an announcement is needed and there is none, the
 * steps of the agent port are reported as skipped. The WebSocket login is taken at depth `login` only.
 */
export async function survey(
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
  const durationMs = Math.round((performance.now() - start) * 100) / 100;
  const asked = askedOf(target, depth, announcement, options);
  return { startedAt, durationMs, results, direct: target.direct !== null, asked, looks: [] };
}

/** What a survey of a target asks for. @param announcement where the controller announced one */
export function askedOf(
  target: Target,
  depth: AgentPortDepth,
  announcement: ListenerAnnouncement | null,
  { agentVersion, earlierPorts }: Pick<SurveyOptions, 'agentVersion' | 'earlierPorts'> = {},
): Asked {
  const { direct, tunnel, url, proxy } = target;
  return {
    depth,
    websocket: target.websocket,
    way: direct !== null ? 'direct' : tunnel !== null ? 'tunnel' : 'discovery',
    agentPort: target.websocket === 'only' ? null : placeOf(target, announcement),
    web: url === null ? null : webDoor(target, url, false).at,
    hasAgent: target.agent !== null,
    proxied: proxy.always !== null || proxy.fromEnvironment !== null,
    agentVersion: agentVersion ?? null,
    earlierPorts: earlierPorts ?? [],
  };
}
