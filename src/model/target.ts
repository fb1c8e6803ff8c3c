import type { HostPort, Tunnel } from '../protocol/host-port.ts';
import type { InstanceIdentity } from '../protocol/identity.ts';
import { canonicalHost } from './address-kind.ts';
import type { Secret } from './secret.ts';

/** Name and secret of an agent. */
export interface AgentCredentials {
  readonly name: string;
  readonly secret: Secret;
}

/** HTTP Basic credentials, for the Jenkins URL. */
export interface BasicCredentials {
  readonly user: string;
  readonly password: Secret;
}

/** The verification of the Jenkins URL's certificate. */
export interface TlsPolicy {
  /** PEM of the trusted authorities, instead of the system's; null: the system's. */
  readonly ca: string | null;
  /** The name for SNI and verification; null: the host of the URL. */
  readonly serverName: string | null;
  readonly insecureSkipVerify: boolean;
}

/**
 * The proxy settings. `always` is the configured proxy for every connection. Without it, the rules of an agent apply to
 * `fromEnvironment`: see `src/model/proxy-rules.ts`.
 */
export interface ProxyPolicy {
  readonly always: ProxyServer | null;
  readonly fromEnvironment: ProxyServer | null;
  /** The value of `no_proxy`; null when unset. */
  readonly noProxy: string | null;
  /** The reason `http_proxy`, or a part of it, is ignored, also by agents; one sentence. */
  readonly ignored?: string;
}

/** An HTTP proxy. */
export interface ProxyServer {
  readonly host: string;
  readonly port: number;
  readonly credentials: BasicCredentials | null;
}

/**
 * `off`: the WebSocket entrypoint is not probed. `on`: it is probed with the others. `only`: agents use only WebSocket, as
 * with `-webSocket`; the agent port is not probed, and a missing `tcpSlaveAgentListener/` is not a failure.
 */
export type WebSocketMode = 'off' | 'on' | 'only';

/** The settings of one controller for its probes. Created by `src/config/`, never changed. */
export interface Target {
  readonly name: string;
  /** The Jenkins URL with context path and trailing slash; null in direct mode without one. */
  readonly url: URL | null;
  readonly tunnel: Tunnel | null;
  readonly direct: HostPort | null;
  /** The expected instance identity of the agent port. Agents require it in direct mode. */
  readonly identity: InstanceIdentity | null;
  readonly agent: AgentCredentials | null;
  readonly websocket: WebSocketMode;
  readonly tls: TlsPolicy;
  readonly credentials: BasicCredentials | null;
  readonly proxy: ProxyPolicy;
  /** The time limit of one probe, in milliseconds. */
  readonly timeoutMs: number;
}

/** The hosts in the settings of a target, in canonical form, without the announced host. */
export function hostsOf({ url, tunnel, direct }: Target): string[] {
  return [url?.hostname, tunnel?.host, direct?.host].filter((host) => host != null).map(canonicalHost);
}
