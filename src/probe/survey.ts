import { performance } from 'node:perf_hooks';
import type { ListenerAnnouncement } from '../protocol/listener.ts';
import { probeAgentPort } from './agent-port.ts';
import type { ProbeOptions } from './options.ts';
import type { AgentPortDepth, ProbeResult } from './result.ts';
import type { Target } from './target.ts';
import { probeWeb } from './web.ts';
import { probeWebSocket } from './websocket.ts';

/** Everything that was looked at for one diagnosis. */
export interface Survey {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly results: readonly ProbeResult[];
  /** Agents connect directly: the Jenkins URL, where there is one, is looked at but not needed. */
  readonly direct: boolean;
}

/**
 * Takes every way in that a target has, in an agent's order: the Jenkins URL (with `login` as evidence), the agent
 * port, the WebSocket. Each probe has the target's whole timeout. Where an announcement is needed and there is none, the
 * steps of the agent port are reported as skipped. The WebSocket login is taken at depth `login` only.
 */
export async function survey(
  target: Target,
  depth: AgentPortDepth,
  options: ProbeOptions = {},
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
  return { startedAt, durationMs, results, direct: target.direct !== null };
}
