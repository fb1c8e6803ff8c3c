import type { Asked } from '../model/survey.ts';
import { formatHostPort } from '../protocol/host-port.ts';

/** From where a report was made: a hop that fails from one network may work from another. */
export interface Vantage {
  /** The name of the machine, or of the container. */
  readonly host: string;
  readonly pod: string | null;
  readonly namespace: string | null;
  readonly node: string | null;
  /** The value of the constant label `cluster`, where the configuration sets one. */
  readonly cluster: string | null;
}

/** Who made a report, and where. */
export interface Origin {
  /** The version of this program. */
  readonly version: string;
  readonly vantage: Vantage;
}

/** What was probed, and how. */
export interface ReportTarget {
  /** The host and port of the Jenkins URL; null in direct mode without one. */
  readonly web: string | null;
  /** Where the agent port was looked for; null where nothing told, or where agents use WebSocket alone. */
  readonly agentPort: string | null;
  /** How agents connect: with an announced port, a tunnel, a direct connection, or WebSocket alone. */
  readonly mode: 'discovery' | 'tunnel' | 'direct' | 'websocket';
  /** WebSocket was probed beside TCP. */
  readonly websocketToo: boolean;
}

/** The variables by which a pod is told about itself (downward API). */
export interface VantageEnvironment {
  readonly POD_NAME?: string | undefined;
  readonly POD_NAMESPACE?: string | undefined;
  readonly NODE_NAME?: string | undefined;
}

/** The vantage point of a process, from its environment and the name of its host. */
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

/** The target of a report, from what a survey was asked for. */
export function reportTargetOf({ web, agentPort, way, websocket }: Asked): ReportTarget {
  return {
    web: web === null ? null : formatHostPort(web.host, web.port),
    agentPort: agentPort === null ? null : formatHostPort(agentPort.host, agentPort.port),
    mode: websocket === 'only' ? 'websocket' : way,
    websocketToo: websocket === 'on',
  };
}
