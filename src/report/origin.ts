import type { Asked } from '../model/survey.ts';
import { formatHostPort } from '../protocol/host-port.ts';

/** The place that a report was made from: a hop that fails in one network may work in another. */
export interface Vantage {
  /** The name of the machine, or of the container. */
  readonly host: string;
  readonly pod: string | null;
  readonly namespace: string | null;
  readonly node: string | null;
  /** The value of the constant label `cluster`, if configured. */
  readonly cluster: string | null;
}

/** The program and place that made a report. */
export interface Origin {
  /** The version of this program. */
  readonly version: string;
  readonly vantage: Vantage;
}

/** The target of the probes. */
export interface ReportTarget {
  /** The host and port of the Jenkins URL; null in direct mode without one. */
  readonly web: string | null;
  /** Host and port of the agent port; null if unknown, or if agents use only WebSocket. */
  readonly agentPort: string | null;
  /** The connection mode: an announced port, a tunnel, a direct connection, or only WebSocket. */
  readonly mode: 'discovery' | 'tunnel' | 'direct' | 'websocket';
  /** WebSocket was probed in addition to TCP. */
  readonly websocketToo: boolean;
}

/** Environment variables with the pod's identity (downward API). */
export interface VantageEnvironment {
  readonly POD_NAME?: string | undefined;
  readonly POD_NAMESPACE?: string | undefined;
  readonly NODE_NAME?: string | undefined;
}

/** The place of a process, from its environment and its host name. */
export function vantageOf(
  { POD_NAME, POD_NAMESPACE, NODE_NAME }: VantageEnvironment,
  host: string,
  cluster: string | null = null,
): Vantage {
  return {
    host,
    pod: POD_NAME || null,
    namespace: POD_NAMESPACE || null,
    node: NODE_NAME || null,
    cluster,
  };
}

/** The target of a report, from the request of a survey. */
export function reportTargetOf({ web, agentPort, way, websocket }: Asked): ReportTarget {
  return {
    web: web === null ? null : formatHostPort(web.host, web.port),
    agentPort: agentPort === null ? null : formatHostPort(agentPort.host, agentPort.port),
    mode: websocket === 'only' ? 'websocket' : way,
    websocketToo: websocket === 'on',
  };
}
