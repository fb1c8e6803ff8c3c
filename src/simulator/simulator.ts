import { randomBytes } from 'node:crypto';
import { formatHostPort } from '../protocol/host-port.ts';
import { AgentDirectory, type SimulatedAgent } from './agent-directory.ts';
import { serveAgentPort } from './agent-port-server.ts';
import { instanceIdentity, webAuthority } from './certificates.ts';
import type { Counts } from './counts.ts';
import { FAULTS, type FaultName } from './faults.ts';
import { openFilteredPort } from './filtered-port.ts';
import { ControllerState } from './state.ts';
import { TcpListener } from './tcp-listener.ts';
import { WebServer } from './web-server.ts';

export interface SimulatorOptions {
  /** Default `none`. */
  readonly fault?: FaultName;
  /** The address that both entrypoints listen on, default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly webPort?: number;
  /** Default 0: any free port. */
  readonly agentPort?: number;
  /** For example `/jenkins`; default none. */
  readonly contextPath?: string;
  /** Serves the web entrypoint with TLS, under a certificate of {@link SimulatedController.caPem}. */
  readonly https?: boolean;
  /** As behind a private ingress: nginx answers 404 for every path except `tcpSlaveAgentListener/`. */
  readonly publishOnly?: 'listener';
  /** By name. Default: one agent `canary` with a random secret. */
  readonly agents?: Readonly<Record<string, SimulatedAgent>>;
  /** The announcement of the listener page instead of the URL's host and the agent port. */
  readonly advertise?: { readonly host?: string; readonly port?: number };
  /** A delay of the acknowledgement, as after a reverse lookup with timeouts. Milliseconds. */
  readonly ackDelayMs?: number;
  /** The offset of the clock of the web entrypoint: positive if it is ahead. Milliseconds. */
  readonly clockOffsetMs?: number;
  readonly version?: string;
  readonly minimumRemotingVersion?: string;
  /** The URL that is configured in Jenkins, if it differs from that of the web entrypoint. */
  readonly rootUrl?: string;
}

/** A running controller. */
export interface SimulatedController {
  /** The Jenkins URL, with context path and trailing slash. */
  readonly url: string;
  readonly webPort: number;
  readonly agentPort: number;
  /** The published instance identity: base64 of the DER SubjectPublicKeyInfo. */
  readonly identity: string;
  /** MD5 of that DER key in colon-separated hex. */
  readonly fingerprint: string;
  /** The current session id. */
  readonly session: string;
  /** PEM of the authority behind the web entrypoint's certificate; null without https. */
  readonly caPem: string | null;
  /** The secret of agent `canary`; empty without such an agent. */
  readonly agentSecret: string;
  /** The current fault. */
  readonly fault: FaultName;
  /** Its counters; the object is updated. */
  readonly counts: Counts;
  /** Sets another fault, or `none`. Destroys open connections and keeps the ports. */
  setFault(fault: FaultName): Promise<void>;
  /** Changes the session id and destroys open connections. */
  restart(): Promise<void>;
  /** Destroys all connections; resolves when everything is closed. */
  close(): Promise<void>;
}

/** The faults with a closed agent port. While Jenkins starts, its agent port is not open yet. */
const AGENT_PORT_SHUT: ReadonlySet<FaultName> = new Set(['port-refused', 'port-disabled', 'starting']);

/**
 * Starts a controller of scripted listeners. Rejects if a port cannot be opened, or for a fault of the certificate without
 * `https`.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<SimulatedController> {
  const host = options.host ?? '127.0.0.1';
  const https = options.https ?? false;
  const contextPath = options.contextPath ?? '';
  const agents = options.agents ?? { canary: { secret: randomBytes(32).toString('hex') } };
  const identity = await instanceIdentity('own');
  const caPem = https ? await webAuthority() : null;
  const state = stateOf(options, identity.published, contextPath, agents);
  const web = new WebServer(state);
  const webListener = new TcpListener(host, options.webPort ?? 0, (socket) => web.serve(socket));
  const agentListener = new TcpListener(
    host,
    options.agentPort ?? 0,
    (socket) => void serveAgentPort(socket, state),
  );
  let releaseFilter: (() => Promise<void>) | null = null;

  const ownUrl = () => `${https ? 'https' : 'http'}://${formatHostPort(host, webListener.port)}`;
  const cutConnections = () => {
    webListener.drop();
    agentListener.drop();
  };
  const close = async () => {
    await Promise.all([webListener.shut(), agentListener.shut(), releaseFilter?.()]);
    releaseFilter = null;
  };
  const setFault = async (fault: FaultName) => {
    const definition = FAULTS[fault];
    if (definition.needsHttps && !https) throw new Error(`the fault ${fault} needs https`);
    if (fault === 'wrong-identity') await instanceIdentity('other');
    state.fault = fault;
    if (https) await web.useTls();
    cutConnections();
    await (fault === 'web-refused' ? webListener.shut() : webListener.open());
    await releaseFilter?.();
    releaseFilter = null;
    const shut = AGENT_PORT_SHUT.has(fault) || fault === 'port-filtered';
    await (shut ? agentListener.shut() : agentListener.open());
    if (fault === 'port-filtered') releaseFilter = await openFilteredPort(host, agentListener.port);
  };

  try {
    await webListener.open();
    await agentListener.open();
    state.agentPort = agentListener.port;
    state.origin = new URL(options.rootUrl ?? ownUrl()).origin;
    await setFault(options.fault ?? 'none');
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url: `${ownUrl()}${contextPath}/`,
    webPort: webListener.port,
    agentPort: agentListener.port,
    identity: identity.published,
    fingerprint: identity.fingerprint,
    caPem,
    agentSecret: agents.canary?.secret ?? '',
    counts: state.tally,
    get session() {
      return state.session;
    },
    get fault() {
      return state.fault;
    },
    setFault,
    restart: async () => {
      state.restart();
      cutConnections();
    },
    close,
  };
}

function stateOf(
  options: SimulatorOptions,
  identity: string,
  contextPath: string,
  agents: NonNullable<SimulatorOptions['agents']>,
): ControllerState {
  return new ControllerState({
    version: options.version ?? '2.516.3',
    minimumRemotingVersion: options.minimumRemotingVersion ?? '3107.v665000b_51092',
    identity,
    contextPath,
    agents: new AgentDirectory(agents),
    publishOnlyListener: options.publishOnly === 'listener',
    advertisedHost: options.advertise?.host ?? null,
    advertisedPort: options.advertise?.port ?? null,
    ackDelayMs: options.ackDelayMs ?? 0,
    clockOffsetMs: options.clockOffsetMs ?? 0,
  });
}
