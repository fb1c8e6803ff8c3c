import { WEB_DOOR } from '../../model/doors.ts';
import type { ProbeOptions } from '../../model/options.ts';
import type { ProbeResult, StepName } from '../../model/result.ts';
import type { ProxyServer, Target } from '../../model/target.ts';
import { formatHostPort } from '../../protocol/host-port.ts';
import { judgeListenerResponse } from '../../protocol/listener.ts';
import { type Finding, Recording } from '../recording.ts';
import { Deadline } from '../wire/deadline.ts';
import { describeProxy, type Hop, planHops } from '../wire/hop.ts';
import { type HttpResponse, httpEvidence } from '../wire/http-get.ts';
import { isProxysOwn, reasonOfProxyAnswer } from '../wire/proxy-answer.ts';
import { MAX_ADDRESSES } from '../wire/resolve.ts';
import { type DoorSteps, enterWebDoor, getBelow, type WebDoor, webDoor } from './web-door.ts';
import type { WebTls } from './web-tls.ts';

/** Options of {@link probeWeb}. */
export interface WebProbeOptions extends ProbeOptions {
  /** Also GET `login`, for evidence only: core version, session, and whether a 404 comes from Jenkins itself. */
  readonly login?: boolean;
}

/**
 * Probes the Jenkins URL as an agent's discovery does: resolve, connect, TLS, `tcpSlaveAgentListener/`, at every
 * address of its name. On success the evidence holds the announcement that the agent-port probe needs.
 */
export async function probeWeb(target: Target, options: WebProbeOptions = {}): Promise<ProbeResult> {
  const recording = new Recording(target, 'web', 'web', options);
  if (target.url === null) {
    recording.skip(['web-resolve', 'web-connect', 'listener'], null, 'there is no Jenkins URL');
    return recording.finish(false);
  }
  const deadline = new Deadline(target.timeoutMs, options.signal);
  const door = webDoor(target, target.url, false);
  const rest: readonly StepName[] = door.secure
    ? ['web-connect', 'web-tls', 'listener']
    : ['web-connect', 'listener'];
  if (door.proxy !== null) recording.evidence.proxy = describeProxy(door.proxy);

  const resolving = recording.begin('web-resolve', null);
  const plan = await deadline.step(0.4, (limit) =>
    planHops(door.at, door.proxy, door.proxyMode, limit, options),
  );
  if (!plan.ok) {
    resolving.fail(plan.finding);
    recording.skip(rest, null, 'the name does not resolve');
    return recording.finish(false);
  }
  resolving.ok(`${door.at.host}: ${plan.detail}`);
  for (const hop of plan.hops.slice(MAX_ADDRESSES)) {
    recording.skip(['web-connect'], hop.label, `only the first ${MAX_ADDRESSES} addresses are tried`);
  }
  const hops = plan.hops.slice(0, MAX_ADDRESSES);
  const healthy = await Promise.all(hops.map((hop) => probeHop({ recording, deadline, target, door }, hop)));
  if (options.login === true) await askLogin({ recording, deadline, target, door }, hops);
  return recording.finish(healthy.includes(true));
}

interface WebProbe {
  readonly recording: Recording;
  readonly deadline: Deadline;
  readonly target: Target;
  readonly door: WebDoor;
}

async function probeHop(probe: WebProbe, hop: Hop): Promise<boolean> {
  const { recording, deadline, target, door } = probe;
  const socket = await enterWebDoor(recording, target, door, hop, 'web', deadline, doorSteps(probe, hop));
  if (socket === null) return false;
  const step = recording.begin('listener', hop.label);
  const path = 'tcpSlaveAgentListener/';
  const result = await getBelow(target, door, hop, socket, path, deadline);
  // Agents that use WebSocket alone never ask this page: for them its answer is no failure.
  const fail = (finding: Finding) => (target.websocket === 'only' ? step.warn(finding) : step.fail(finding));
  if (!result.ok) {
    fail(result.finding);
    return target.websocket === 'only';
  }
  const { response } = result;
  const verdict =
    hop.via?.mode === 'forward' && isProxysOwn(response)
      ? judgeProxysOwn(response, hop.via.proxy)
      : judgeListenerResponse(response, door.at.host);
  if (recording.evidence.listenerResponse === undefined || verdict.ok) {
    recording.evidence.listenerResponse = httpEvidence(response, hop.label, new URL(path, door.url).href);
  }
  if (!verdict.ok) {
    fail({ reason: verdict.reason, detail: verdict.detail });
    return target.websocket === 'only';
  }
  const { announcement } = verdict;
  recording.evidence.announcement ??= announcement;
  const { host, port } = announcement.agentPort;
  step.ok(`agent port ${formatHostPort(host, port)}, identity ${announcement.identity.fingerprint}`);
  return true;
}

/** The forwarding proxy answered in its own name: nothing of Jenkins has been seen. */
function judgeProxysOwn(response: HttpResponse, proxy: ProxyServer) {
  const server = response.headers.server === undefined ? '' : ` (${response.headers.server.slice(0, 60)})`;
  return {
    ok: false,
    reason: reasonOfProxyAnswer(response, WEB_DOOR),
    detail: `the proxy ${proxy.host}:${proxy.port}${server} itself answered with status ${response.status}`,
  } as const;
}

function doorSteps({ recording, door }: WebProbe, hop: Hop): DoorSteps {
  const connecting = recording.begin('web-connect', hop.label);
  let securing: ReturnType<Recording['begin']> | null = null;
  return {
    connected() {
      connecting.ok(hop.via === null ? 'connected' : 'connected through the proxy');
      if (door.secure) securing = recording.begin('web-tls', hop.label);
    },
    connectFailed(finding) {
      connecting.fail(finding);
      recording.skip(door.secure ? ['web-tls', 'listener'] : ['listener'], hop.label, 'no connection');
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

/** One more GET at the address that answered; what it tells is evidence, never a failure. */
async function askLogin(
  { recording, deadline, target, door }: WebProbe,
  hops: readonly Hop[],
): Promise<void> {
  const hop = hops.find(({ label }) => label === recording.evidence.listenerResponse?.address);
  if (hop === undefined) return;
  const silent: DoorSteps = {
    connected: () => undefined,
    connectFailed: () => undefined,
    secured: () => undefined,
    tlsFailed: () => undefined,
  };
  const socket = await enterWebDoor(recording, target, door, hop, 'web', deadline, silent);
  if (socket === null) return;
  const result = await getBelow(target, door, hop, socket, 'login', deadline);
  if (!result.ok) return;
  recording.evidence.loginResponse = httpEvidence(
    result.response,
    hop.label,
    new URL('login', door.url).href,
  );
}
