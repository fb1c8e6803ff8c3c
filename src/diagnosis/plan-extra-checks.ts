import type { ExtraCheck } from '../model/extra-check.ts';
import type { ExtraCheckPermissions } from '../model/extra-check-permissions.ts';
import type { ExtraCheckPlanner } from '../model/survey.ts';
import { formatHostPort } from '../protocol/host-port.ts';
import type { Reason } from '../protocol/reason.ts';
import { independentBreaks } from './consequences.ts';
import { PROXY_REASONS } from './diagnosis-rule.ts';
import { type Break, extraEvidence, gatherEvidence, type SurveyEvidence } from './evidence.ts';
import { quickBeforeAck } from './rules/handshake-rules.ts';

/** Two more hellos leave no log line and cost two short connections: cheap enough for every diagnosis. */
const ALWAYS_HELLOS = 2;
const DOUBTFUL_HELLOS = 5;
/** Requests of the listener page are as cheap. With two backends in turn, two requests reach both. */
const ALWAYS_REQUESTS = 2;
const DOUBTFUL_REQUESTS = 4;
const CONVENTIONAL_PORT = 50_000;

const SILENT_OR_CLOSED: ReadonlySet<Reason> = new Set<Reason>([
  'listener-accepts-but-silent',
  'l4-accept-then-close',
]);
const UNCONNECTED: ReadonlySet<Reason> = new Set<Reason>([
  'agent-port-refused',
  'agent-port-timeout-filtered',
  'network-unreachable',
]);

/** The planner for these permissions: a pure function from a survey to the checks that can distinguish its causes. */
export function extraCheckPlanner(permissions: ExtraCheckPermissions): ExtraCheckPlanner {
  return (survey) => {
    const gathered = gatherEvidence(survey);
    const evidence = { ...gathered, breaks: independentBreaks(gathered) };
    const port = evidence.breaks.filter(
      ({ entrypoint, elsewhereFine }) => entrypoint === 'agent-port' && !elsewhereFine,
    );
    return [
      ...webAgain(evidence),
      ...hellos(evidence),
      ...otherPlaces(evidence, port),
      ...pastTheProxy(evidence, port),
      ...silentPort(evidence, port, permissions),
      ...lateHandshake(evidence, port),
      ...clock(evidence),
      ...holds(evidence, permissions),
    ];
  };
}

/** Answers that only one of several backends may give. */
const BY_ONE_BACKEND: ReadonlySet<Reason> = new Set<Reason>([
  'url-points-at-agent-port',
  'ingress-no-backend-503',
  'not-jenkins-200',
  'listener-not-found',
  'listener-closed',
  'http-status-unexpected',
  'response-malformed',
]);

function webAgain(evidence: SurveyEvidence): readonly ExtraCheck[] {
  const { asked, passed, breaks, login, websocket } = evidence;
  const failed = breaks.some(
    ({ step, reason }) => (step === 'listener' || step === 'ws-upgrade') && BY_ONE_BACKEND.has(reason),
  );
  if (asked.way === 'direct' || !(failed || passed.has('listener'))) return [];
  const differs = failed || [login, websocket].some((page) => page !== null && page.status >= 500);
  const why = 'to see if every request gets this answer, or only one of several backends is wrong';
  return [{ kind: 'repeat-web', times: differs ? DOUBTFUL_REQUESTS : ALWAYS_REQUESTS, why }];
}

function hellos({ passed, sessions, breaks, warnings }: SurveyEvidence): readonly ExtraCheck[] {
  const refused = warnings.find(
    ({ step, address }) => step === 'hello' && passed.get('ping')?.includes(address ?? ''),
  );
  const address = passed.get('hello')?.[0] ?? refused?.address ?? undefined;
  if (address === undefined) return [];
  const differ = new Set(sessions.map(({ session }) => session)).size > 1;
  const foreign = breaks.some(
    ({ reason }) => reason === 'identity-mismatch' || reason === 'identity-stale-direct',
  );
  const flaps =
    refused !== undefined || breaks.some((each) => each.step === 'ping' && each.address === address);
  const why = differ
    ? 'two sessions seen: two controllers, or a restart in between'
    : foreign
      ? 'another identity seen: two controllers behind one name, or the wrong one'
      : flaps
        ? 'one connection was answered and another was not: to see if that repeats'
        : 'to see if two controllers share one name';
  const times = differ || foreign || flaps ? DOUBTFUL_HELLOS : ALWAYS_HELLOS;
  const expected = differ || foreign ? null : (sessions[0]?.session ?? null);
  return [{ kind: 'repeat-hello', times, address, expected, why }];
}

function otherPlaces({ asked, announcement }: SurveyEvidence, port: readonly Break[]): readonly ExtraCheck[] {
  const [first] = port;
  if (first === undefined || announcement === null || asked.agentPort === null) return [];
  const { agentPort: announced, hostAnnounced } = announcement;
  if (asked.way === 'tunnel') {
    const same = announced.host === asked.agentPort.host && announced.port === asked.agentPort.port;
    const early = first.step === 'port-resolve' || first.step === 'port-connect' || first.step === 'ping';
    if (same || !early) return [];
    const why = 'to see if the tunnel is wrong, or the agent port itself is unreachable';
    return [{ kind: 'other-place', place: 'announced', at: announced, why }];
  }
  if (asked.way !== 'discovery') return [];
  const checks: ExtraCheck[] = [];
  const { web } = asked;
  const lost = UNCONNECTED.has(first.reason) || first.reason === 'dns-not-resolving';
  if (hostAnnounced && web !== null && web.host !== announced.host && lost) {
    const at = { host: web.host, port: announced.port };
    const why = `to see if the agent port is at ${formatHostPort(at.host, at.port)}, and the announced host is wrong`;
    checks.push({ kind: 'other-place', place: 'url-host', at, why });
  }
  if (announced.port !== CONVENTIONAL_PORT && UNCONNECTED.has(first.reason)) {
    const at = { host: announced.host, port: CONVENTIONAL_PORT };
    const why = 'to see if the agent port is published at its usual number instead of the announced one';
    checks.push({ kind: 'other-place', place: 'port-50000', at, why });
  }
  return checks;
}

function pastTheProxy({ portProxy }: SurveyEvidence, port: readonly Break[]): readonly ExtraCheck[] {
  const doubtful = port.some(
    ({ step, reason }) =>
      PROXY_REASONS.has(reason) ||
      UNCONNECTED.has(reason) ||
      (step !== 'port-resolve' && reason === 'dns-not-resolving'),
  );
  if (portProxy === null || !doubtful) return [];
  return [{ kind: 'without-proxy', why: 'to see if the agent port needs the proxy at all' }];
}

function silentPort(
  evidence: SurveyEvidence,
  port: readonly Break[],
  { deep }: ExtraCheckPermissions,
): readonly ExtraCheck[] {
  // Both hello and Ping got no answer: after any answer this check would be a guess.
  const silent = port.find(
    (each) =>
      each.step === 'ping' &&
      SILENT_OR_CLOSED.has(each.reason) &&
      evidence.warnings.some(
        ({ step, address, reason }) =>
          step === 'hello' && address === each.address && reason !== null && SILENT_OR_CLOSED.has(reason),
      ),
  );
  if (silent === undefined) return [];
  const { address } = silent;
  const checks: ExtraCheck[] = [
    { kind: 'tls-hello', address, why: 'to see if it waits for TLS, or answers nothing at all' },
  ];
  const notTls = extraEvidence(evidence, 'tls-hello').some(({ certificate }) => certificate === null);
  if (deep && notTls && silent.reason === 'listener-accepts-but-silent') {
    const why = 'to see if a PROXY header comes before our bytes, or the controller is stalled';
    checks.push({ kind: 'proxy-echo', address, why });
  }
  return checks;
}

function lateHandshake(evidence: SurveyEvidence, port: readonly Break[]): readonly ExtraCheck[] {
  const checks: ExtraCheck[] = [];
  const ack = port.find(({ reason }) => reason === 'ack-timeout');
  if (ack !== undefined && quickBeforeAck(evidence)) {
    const why = 'to see if the acknowledgement is late (reverse DNS lookup) or never comes';
    checks.push({ kind: 'patient-ack', address: ack.address, why });
  }
  if (port.some(({ reason }) => reason === 'jnlp4-tls-timeout') && evidence.passed.has('listener')) {
    checks.push({
      kind: 'large-web',
      why: 'to see if full-size packets are lost, or the controller is stalled',
    });
  }
  return checks;
}

function clock({ breaks }: SurveyEvidence): readonly ExtraCheck[] {
  const byClock = breaks.some(({ reason }) => reason === 'cert-expired' || reason === 'cert-not-yet-valid');
  return byClock ? [{ kind: 'unverified-date', why: 'to see if the certificate is wrong, or a clock' }] : [];
}

function holds({ passed }: SurveyEvidence, { holdMs }: ExtraCheckPermissions): readonly ExtraCheck[] {
  if (holdMs === null) return [];
  const why = 'to find the idle limit on the path';
  const [address = null] = passed.get('tls') ?? [];
  return [
    ...(passed.has('tls') ? [{ kind: 'hold-port', holdMs, address, why } as const] : []),
    ...(passed.has('ws-roundtrip') ? [{ kind: 'hold-websocket', holdMs, why } as const] : []),
  ];
}
