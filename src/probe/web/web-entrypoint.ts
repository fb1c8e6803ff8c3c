import type { Socket } from 'node:net';
import { WEB_CONNECT } from '../../model/connect-reasons.ts';
import type { ProbeOptions } from '../../model/options.ts';
import { type Purpose, proxyFor } from '../../model/proxy-rules.ts';
import type { Entrypoint } from '../../model/result.ts';
import type { ProxyServer, Target } from '../../model/target.ts';
import type { HostPort } from '../../protocol/host-port.ts';
import type { Recording, StepFailure } from '../recording.ts';
import type { Deadline } from '../wire/deadline.ts';
import type { Hop } from '../wire/hop.ts';
import { type HttpResult, httpGet } from '../wire/http-get.ts';
import { loadTls } from '../wire/key-exchange.ts';
import { openStream } from '../wire/open-stream.ts';
import { proxyAuthorization } from '../wire/proxy-connect.ts';
import { secureWeb, type WebTls } from './web-tls.ts';

/** The address of a Jenkins URL, and the proxy to it. */
interface WebEntrypoint {
  readonly url: URL;
  readonly at: HostPort;
  readonly secure: boolean;
  readonly proxy: ProxyServer | null;
  /** The mode of the proxy: TLS and WebSocket need CONNECT, plain HTTP is forwarded. */
  readonly proxyMode: 'connect' | 'forward';
}

/** Returns the entrypoint of a target's Jenkins URL. */
export function webEntrypoint(target: Target, url: URL, websocket: boolean): WebEntrypoint {
  const secure = url.protocol === 'https:';
  if (secure) loadTls();
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  const purpose: Purpose = websocket ? 'websocket' : secure ? 'https' : 'http';
  const proxyMode = secure || websocket ? 'connect' : 'forward';
  return { url, at: { host, port }, secure, proxy: proxyFor(target.proxy, purpose, host), proxyMode };
}

/** The context of the steps of one probe of the Jenkins URL. */
export interface WebContext {
  readonly recording: Recording;
  readonly deadline: Deadline;
  readonly target: Target;
  readonly web: WebEntrypoint;
  readonly options: ProbeOptions;
}

/** Receives the results of a connection: separate steps in the web probe, one step in the WebSocket probe. */
export interface ConnectionSteps {
  connected(): void;
  connectFailed(finding: StepFailure): void;
  secured(tls: WebTls): void;
  tlsFailed(finding: StepFailure, tls: WebTls): void;
}

/** For a connection that is not a step of a report. */
export const UNNOTED: ConnectionSteps = {
  connected: () => undefined,
  connectFailed: () => undefined,
  secured: () => undefined,
  tlsFailed: () => undefined,
};

/**
 * Connects to the entrypoint over a hop, with TLS for https.
 * @returns the socket for HTTP, or null after a failure, which `steps` receives
 */
export async function connectWeb(
  { recording, target, web, deadline }: Omit<WebContext, 'options'>,
  hop: Hop,
  entrypoint: Entrypoint,
  steps: ConnectionSteps,
): Promise<Socket | null> {
  recording.connections += 1;
  const opened = await deadline.step(0.5, (limit) => openStream(hop, null, WEB_CONNECT, limit));
  if (!opened.ok) {
    steps.connectFailed(opened.finding);
    return null;
  }
  steps.connected();
  if (!web.secure) return opened.socket;
  const secured = await deadline.step(0.5, (limit) =>
    secureWeb(opened.socket, web.at.host, target.tls, limit),
  );
  if (secured.certificate !== null) {
    const certificate = { address: hop.label, entrypoint, ...secured.certificate };
    recording.evidence.certificates = [...(recording.evidence.certificates ?? []), certificate];
  }
  if (secured.finding === null || secured.tolerated) {
    steps.secured(secured);
    return secured.tls;
  }
  secured.tls.destroy();
  steps.tlsFailed(secured.finding, secured);
  return null;
}

/** Connects without recording steps. @returns the socket or the failure */
export async function connectUnnoted(
  context: Omit<WebContext, 'options'>,
  hop: Hop,
  entrypoint: Entrypoint,
): Promise<Socket | StepFailure> {
  let failure: StepFailure = { reason: 'connection-failed', detail: 'not connected' };
  const note = (finding: StepFailure) => {
    failure = finding;
  };
  const steps = { ...UNNOTED, connectFailed: note, tlsFailed: note };
  return (await connectWeb(context, hop, entrypoint, steps)) ?? failure;
}

/** GETs a path below the Jenkins URL on a socket from {@link connectWeb}, with an agent's headers. */
export function getBelow(
  { target, web, deadline }: Pick<WebContext, 'target' | 'web' | 'deadline'>,
  hop: Hop,
  socket: Socket,
  path: string,
): Promise<HttpResult> {
  const url = new URL(path, web.url);
  const forwarded = hop.via?.mode === 'forward';
  const authorization = hop.via?.mode === 'forward' ? proxyAuthorization(hop.via.proxy) : null;
  const headers = {
    ...agentHeaders(target),
    ...(authorization === null ? {} : { 'proxy-authorization': authorization }),
  };
  return deadline.step(1, (limit) =>
    httpGet(socket, web.url.origin, forwarded ? url.href : `${url.pathname}${url.search}`, headers, limit),
  );
}

/** Returns the headers of an agent's requests: its name and Basic credentials, if it has them. */
export function agentHeaders(target: Target): Record<string, string> {
  const { agent, credentials } = target;
  const login = credentials === null ? null : `${credentials.user}:${credentials.password.reveal()}`;
  return {
    'user-agent': 'jenkins-agent-probe',
    accept: '*/*',
    ...(agent === null ? {} : { 'node-name': headerText(agent.name) }),
    ...(login === null ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` }),
  };
}

/** Returns a text as a header's value: its UTF-8 bytes as Latin-1, because Node refuses other characters. */
export function headerText(text: string): string {
  return Buffer.from(text).toString('latin1');
}
