import { WEB_CONNECT } from '../../model/connect-reasons.ts';
import type { ProbeOptions } from '../../model/options.ts';
import type { ProbeResult, StepName } from '../../model/result.ts';
import type { ProxyServer, Target } from '../../model/target.ts';
import { isLoginAddress, judgeListenerResponse } from '../../protocol/announcement.ts';
import { formatHostPort } from '../../protocol/host-port.ts';
import type { Reason } from '../../protocol/reason.ts';
import { Recording, type StepFailure } from '../recording.ts';
import { resolveHops } from '../resolve-step.ts';
import { Deadline } from '../wire/deadline.ts';
import type { Hop } from '../wire/hop.ts';
import { type HttpResponse, httpEvidence } from '../wire/http-get.ts';
import { isProxysOwn, reasonOfProxyAnswer } from '../wire/proxy-answer.ts';
import { getFollowing } from './follow.ts';
import {
  type ConnectionSteps,
  connectUnnoted,
  connectWeb,
  type WebContext,
  webEntrypoint,
} from './web-entrypoint.ts';
import type { WebTls } from './web-tls.ts';

/** Options of {@link probeWeb}. */
interface WebProbeOptions extends ProbeOptions {
  /** Also GET `login`, only for evidence: core version, session, and the origin of a 404. */
  readonly login?: boolean;
}

/**
 * Probes the Jenkins URL like an agent's discovery: resolve, connect, TLS, `tcpSlaveAgentListener/`, at every address of
 * its name. On success the evidence contains the announcement that the agent-port probe needs.
 */
export async function probeWeb(target: Target, options: WebProbeOptions = {}): Promise<ProbeResult> {
  const recording = new Recording(target, 'web', 'web', options);
  if (target.url === null) {
    recording.skip(['web-resolve', 'web-connect', 'listener'], null, 'no Jenkins URL is configured');
    return recording.finish(false);
  }
  const deadline = new Deadline(target.timeoutMs, options.signal);
  const web = webEntrypoint(target, target.url, false);
  const rest: readonly StepName[] = web.secure
    ? ['web-connect', 'web-tls', 'listener']
    : ['web-connect', 'listener'];
  const resolving = {
    step: 'web-resolve',
    name: web.at.host,
    connect: 'web-connect',
    rest,
    to: web.at,
    proxy: web.proxy,
    proxyMode: web.proxyMode,
  } as const;
  const hops = await resolveHops(recording, deadline, resolving, options);
  if (hops === null) return recording.finish(false);
  const context = { recording, deadline, target, web, options };
  const healthy = await Promise.all(hops.map((hop) => probeHop(context, hop)));
  if (options.login === true) await askLogin(context, hops);
  return recording.finish(healthy.includes(true));
}

async function probeHop(context: WebContext, hop: Hop): Promise<boolean> {
  const { recording, target, web } = context;
  const socket = await connectWeb(context, hop, 'web', connectionSteps(context, hop));
  if (socket === null) return false;
  const step = recording.begin('listener', hop.label);
  const { result, url, redirects, missed } = await getFollowing(
    context,
    hop,
    socket,
    'tcpSlaveAgentListener/',
  );
  // Agents that use only WebSocket never request this page, so its failure is only a warning.
  const fail = (finding: StepFailure) =>
    target.websocket === 'only' ? step.warn(finding) : step.fail(finding);
  if (!result.ok) {
    fail(result.finding);
    return target.websocket === 'only';
  }
  const { response } = result;
  const judged =
    hop.via?.mode === 'forward' && isProxysOwn(response)
      ? judgeProxysOwn(response, hop.via.proxy)
      : judgeListenerResponse(response, web.at.host);
  const verdict = judged.ok ? judged : afterRedirects(judged, redirects);
  if (recording.evidence.listenerResponse === undefined || verdict.ok) {
    recording.evidence.listenerResponse = httpEvidence(response, hop.label, url.href);
  }
  if (!verdict.ok) {
    fail({ reason: verdict.reason, detail: verdict.detail, ...missed });
    return target.websocket === 'only';
  }
  const { announcement } = verdict;
  recording.evidence.announcement ??= announcement;
  const { host, port } = announcement.agentPort;
  const trail = redirects.length === 0 ? '' : `after a redirect to ${url.href}: `;
  step.ok(`${trail}agent port ${formatHostPort(host, port)}, identity ${announcement.identity.fingerprint}`);
  return true;
}

/** Returns the failure for a redirect that an agent follows and that does not lead to Jenkins. */
function afterRedirects(
  judged: { readonly ok: false; readonly reason: Reason; readonly detail: string },
  redirects: readonly URL[],
) {
  const last = redirects.at(-1);
  if (last === undefined) return judged;
  const login =
    redirects.some(({ href }) => isLoginAddress(href)) || judged.reason === 'sso-or-login-in-front';
  const reason: Reason = login ? 'sso-or-login-in-front' : 'discovery-redirect-only';
  return {
    ...judged,
    reason,
    detail: `redirected to ${last.href.slice(0, 200)}, which answers: ${judged.detail}`,
  };
}

/** Returns the failure for an answer of the forwarding proxy itself. */
function judgeProxysOwn(response: HttpResponse, proxy: ProxyServer) {
  const server = response.headers.server === undefined ? '' : ` (${response.headers.server.slice(0, 60)})`;
  return {
    ok: false,
    reason: reasonOfProxyAnswer(response, WEB_CONNECT),
    detail: `the proxy ${proxy.host}:${proxy.port}${server} itself answered HTTP status ${response.status}`,
  } as const;
}

function connectionSteps({ recording, web }: WebContext, hop: Hop): ConnectionSteps {
  const connecting = recording.begin('web-connect', hop.label);
  let securing: ReturnType<Recording['begin']> | null = null;
  return {
    connected() {
      connecting.ok(hop.via === null ? 'connected' : 'connected through the proxy');
      if (web.secure) securing = recording.begin('web-tls', hop.label);
    },
    connectFailed(finding) {
      connecting.fail(finding);
      recording.skip(web.secure ? ['web-tls', 'listener'] : ['listener'], hop.label, 'no connection');
    },
    secured(tls) {
      if (tls.finding !== null)
        securing?.warn({ ...tls.finding, detail: `${tls.finding.detail}, as configured` });
      else securing?.ok(describeTls(tls));
    },
    tlsFailed(finding, tls) {
      const { certificate } = tls;
      const shown = certificate === null ? '' : `: ${certificate.subject}, issued by ${certificate.issuer}`;
      securing?.fail({ ...finding, detail: `${finding.detail}${shown}` });
      recording.skip(['listener'], hop.label, 'no TLS');
    },
  };
}

function describeTls({ tls, certificate }: WebTls): string {
  const until = certificate === null ? '' : `, certificate valid until ${isoDay(certificate.notAfter)}`;
  return `${tls.getProtocol() ?? 'TLS'}${until}`;
}

function isoDay(time: number): string {
  return Number.isNaN(time) ? 'an unreadable date' : new Date(time).toISOString().slice(0, 10);
}

/** GETs `login` at the address that answered, only for evidence. */
async function askLogin(context: WebContext, hops: readonly Hop[]): Promise<void> {
  const { recording } = context;
  const hop = hops.find(({ label }) => label === recording.evidence.listenerResponse?.address);
  if (hop === undefined) return;
  const socket = await connectUnnoted(context, hop, 'web');
  if ('reason' in socket) return;
  const { result, url } = await getFollowing(context, hop, socket, 'login');
  if (!result.ok) return;
  recording.evidence.loginResponse = httpEvidence(result.response, hop.label, url.href);
}
