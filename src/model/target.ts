import type { HostPort, Tunnel } from '../protocol/host-port.ts';
import type { InstanceIdentity } from '../protocol/identity.ts';
import { canonicalHost } from './address-kind.ts';
import type { Secret } from './secret.ts';

/** Who an agent says it is. */
export interface AgentCredentials {
  readonly name: string;
  readonly secret: Secret;
}

/** HTTP Basic credentials, for the Jenkins URL. */
export interface BasicCredentials {
  readonly user: string;
  readonly password: Secret;
}

/** How the Jenkins URL's certificate is judged. */
export interface TlsPolicy {
  /** PEM of the authorities to trust instead of the system's; null: the system's. */
  readonly ca: string | null;
  /** The name to ask for (SNI) and to verify; null: the URL's host. */
  readonly serverName: string | null;
  readonly insecureSkipVerify: boolean;
}

/**
 * Which proxy applies. `always` is the configured one and serves every connection; without it an agent's own
 * rules apply to `fromEnvironment`: see `src/model/proxy-rules.ts`.
 */
export interface ProxyPolicy {
  readonly always: ProxyServer | null;
  readonly fromEnvironment: ProxyServer | null;
  /** The value of `no_proxy`; null when unset. */
  readonly noProxy: string | null;
  /** Why `http_proxy`, or a part of it, is ignored, by agents as well; one sentence. */
  readonly ignored?: string;
}

/** An HTTP proxy. */
export interface ProxyServer {
  readonly host: string;
  readonly port: number;
  readonly credentials: BasicCredentials | null;
}

/**
 * `off`: the WebSocket entrypoint is not probed. `on`: beside the others. `only`: agents use WebSocket alone, as with
 * `-webSocket`; the agent port is not probed, and a missing `tcpSlaveAgentListener/` is no failure.
 */
export type WebSocketMode = 'off' | 'on' | 'only';

/** Everything a probe must know of one controller. Made by `src/config/`, never mutated. */
export interface Target {
  readonly name: string;
  /** The Jenkins URL with its context path and trailing slash; null in direct mode without one. */
  readonly url: URL | null;
  readonly tunnel: Tunnel | null;
  readonly direct: HostPort | null;
  /** The instance identity that the agent port must show; in direct mode an agent insists on it. */
  readonly identity: InstanceIdentity | null;
  readonly agent: AgentCredentials | null;
  readonly websocket: WebSocketMode;
  readonly tls: TlsPolicy;
  readonly credentials: BasicCredentials | null;
  readonly proxy: ProxyPolicy;
  /** Milliseconds that one probe may take, all its steps together. */
  readonly timeoutMs: number;
}

/** The hosts that a target names itself, each in its one spelling; what a controller announces is not known. */
export function hostsOf({ url, tunnel, direct }: Target): string[] {
  return [url?.hostname, tunnel?.host, direct?.host].filter((host) => host != null).map(canonicalHost);
}
