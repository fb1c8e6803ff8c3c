import type { ExtraCheckEvidence, ExtraCheckKind } from '../model/extra-check.ts';
import {
  addressHealth,
  type Entrypoint,
  type HttpEvidence,
  type ProbeResult,
  type StepName,
  type StepResult,
} from '../model/result.ts';
import type { Asked, Survey } from '../model/survey.ts';
import type { ListenerAnnouncement } from '../protocol/announcement.ts';
import type { Reason } from '../protocol/reason.ts';

/** The first step that failed at one address. */
export interface Break {
  readonly entrypoint: Entrypoint;
  readonly step: StepName;
  readonly address: string | null;
  readonly reason: Reason;
  readonly detail: string;
  /** Another address of the same entrypoint works. */
  readonly elsewhereFine: boolean;
}

/** An address of an entrypoint. `works`: every step at it succeeded. */
interface AddressState {
  readonly entrypoint: Entrypoint;
  readonly address: string;
  readonly family: 4 | 6;
  readonly works: boolean;
}

/** Response times of the agent port at one address, in milliseconds; null without an answer. */
export interface PortTiming {
  readonly address: string;
  readonly helloMs: number | null;
  readonly pingMs: number | null;
  readonly ackMs: number | null;
}

/** A session id and the entrypoint that showed it. */
interface SessionSighting {
  readonly session: string;
  readonly entrypoint: 'web' | 'agent-port';
  readonly where: string;
}

/** The evidence of one survey: everything that rules may use. */
export interface SurveyEvidence {
  readonly asked: Asked;
  readonly breaks: readonly Break[];
  readonly addresses: readonly AddressState[];
  /** Steps that succeeded, by name, with their addresses. */
  readonly passed: ReadonlyMap<StepName, readonly string[]>;
  readonly warnings: readonly StepResult[];
  readonly listener: HttpEvidence | null;
  readonly login: HttpEvidence | null;
  readonly websocket: HttpEvidence | null;
  readonly announcement: ListenerAnnouncement | null;
  /** `Remoting-Minimum-Version` of a hello. */
  readonly helloMinimum: string | null;
  readonly sessions: readonly SessionSighting[];
  readonly identity: {
    readonly published: string | null;
    readonly pinned: string | null;
    readonly presented: readonly { readonly address: string; readonly fingerprint: string }[];
  };
  /** `Server` headers in answers of the agent port's address. */
  readonly portServers: readonly string[];
  readonly timings: readonly PortTiming[];
  /** Milliseconds by which the controller's clock is ahead of ours; null if no answer had a date. */
  readonly clockOffsetMs: number | null;
  /** The time for which our own event loop was stalled in one probe, at most. */
  readonly stalledMs: number;
  /** The proxy used for the agent port. */
  readonly portProxy: string | null;
  /** The proxy used for the Jenkins URL. */
  readonly webProxy: string | null;
  readonly checks: ReadonlyMap<ExtraCheckKind, readonly ExtraCheckEvidence[]>;
}

/** The evidence of a survey. Pure. */
export function gatherEvidence(survey: Survey): SurveyEvidence {
  const { results } = survey;
  const find = <T>(pick: (result: ProbeResult) => T | null | undefined): T | null => {
    for (const result of results) {
      const value = pick(result);
      if (value !== null && value !== undefined) return value;
    }
    return null;
  };
  const at = (entrypoint: Entrypoint) => results.filter((result) => result.entrypoint === entrypoint);
  const port = at('agent-port');
  const listener = find(({ evidence }) => evidence.listenerResponse);
  const identities = port.flatMap(({ evidence }) => evidence.identity ?? []);
  return {
    asked: survey.asked,
    breaks: results.flatMap(breaksOf),
    addresses: results.flatMap(addressesOf),
    passed: passedSteps(results),
    warnings: results.flatMap(({ steps }) => steps.filter(({ outcome }) => outcome === 'warning')),
    listener,
    login: find(({ evidence }) => evidence.loginResponse),
    websocket: find(({ evidence }) => evidence.websocketResponse),
    announcement: find(({ evidence }) => evidence.announcement),
    helloMinimum: find(({ evidence }) => evidence.hellos?.[0]?.hello.remotingMinimumVersion),
    sessions: results.flatMap(sessionsOf),
    identity: {
      published: identities.find(({ published }) => published !== null)?.published ?? null,
      pinned: identities.find(({ pinned }) => pinned !== null)?.pinned ?? null,
      presented: identities.flatMap(({ presented }) => presented),
    },
    portServers: port
      .flatMap(({ evidence }) => evidence.unexpected ?? [])
      .flatMap(({ server }) => server ?? []),
    timings: port.flatMap(timingsOf),
    clockOffsetMs: clockOffsetOf(at('web'), listener),
    stalledMs: Math.max(0, ...results.map(({ stalledMs }) => stalledMs)),
    portProxy: proxyOf(port),
    webProxy: proxyOf(at('web')),
    checks: Map.groupBy(
      survey.checks.map(({ evidence }) => evidence),
      ({ kind }) => kind,
    ),
  };
}

/** The results of the extra checks of one kind. */
export function extraEvidence<K extends ExtraCheckKind>(
  { checks }: Pick<SurveyEvidence, 'checks'>,
  kind: K,
): readonly Extract<ExtraCheckEvidence, { kind: K }>[] {
  return (checks.get(kind) ?? []).filter(
    (evidence): evidence is Extract<ExtraCheckEvidence, { kind: K }> => evidence.kind === kind,
  );
}

/** True if a running Jenkins answered `login`: the entrypoint and its backend work. */
export function answersLogin({ login }: Pick<SurveyEvidence, 'login'>): boolean {
  return login !== null && login.jenkinsVersion !== null && login.status < 500;
}

/** True if Jenkins URL and agent port show the same session, so the same controller process; null if unknown. */
export function sameProcess({ sessions }: Pick<SurveyEvidence, 'sessions'>): boolean | null {
  const at = (where: SessionSighting['entrypoint']) => [
    ...new Set(sessions.filter(({ entrypoint }) => entrypoint === where).map(({ session }) => session)),
  ];
  const [web, ...otherWeb] = at('web');
  const [port, ...otherPorts] = at('agent-port');
  if (web === undefined || port === undefined || otherWeb.length + otherPorts.length > 0) return null;
  return web === port;
}

function proxyOf(results: readonly ProbeResult[]): string | null {
  return results.find(({ evidence }) => evidence.proxy !== undefined)?.evidence.proxy ?? null;
}

/** At most one break per address: later steps were skipped or mean nothing. */
function breaksOf(result: ProbeResult): readonly Break[] {
  const first = new Map<string | null, Break>();
  for (const { step, entrypoint, address, outcome, reason, detail } of result.steps) {
    if (outcome !== 'failed' || reason === null || first.has(address)) continue;
    first.set(address, { entrypoint, step, address, reason, detail, elsewhereFine: result.success });
  }
  return [...first.values()];
}

function addressesOf(result: ProbeResult): readonly AddressState[] {
  const { entrypoint } = result;
  return [...addressHealth(result)].map(([address, works]) => ({
    entrypoint,
    address,
    family: familyOf(address),
    works,
  }));
}

/** The family of an address: 6 with brackets, else 4. A name behind a proxy counts as IPv4. */
function familyOf(address: string): 4 | 6 {
  return address.startsWith('[') ? 6 : 4;
}

function passedSteps(results: readonly ProbeResult[]): ReadonlyMap<StepName, readonly string[]> {
  const passed = new Map<StepName, string[]>();
  for (const { step, address, outcome } of results.flatMap(({ steps }) => steps)) {
    if (outcome !== 'ok') continue;
    const addresses = passed.get(step);
    if (addresses === undefined) passed.set(step, [address ?? '']);
    else addresses.push(address ?? '');
  }
  return passed;
}

function sessionsOf({ evidence }: ProbeResult): readonly SessionSighting[] {
  const { loginResponse, hellos = [] } = evidence;
  const web: readonly SessionSighting[] =
    loginResponse?.jenkinsSession == null
      ? []
      : [
          {
            session: loginResponse.jenkinsSession,
            entrypoint: 'web',
            where: `${loginResponse.url} (${loginResponse.address})`,
          },
        ];
  const port = hellos.flatMap(({ address, hello }) =>
    hello.session === null
      ? []
      : [{ session: hello.session, entrypoint: 'agent-port' as const, where: `agent port ${address}` }],
  );
  return [...web, ...port];
}

function timingsOf({ steps }: ProbeResult): readonly PortTiming[] {
  const addresses = new Set(steps.flatMap(({ step, address }) => (step === 'hello' ? (address ?? []) : [])));
  const took = (name: StepName, at: string) =>
    steps.find(({ step, address, outcome }) => step === name && address === at && outcome === 'ok')
      ?.durationMs ?? null;
  return [...addresses].map((address) => ({
    address,
    helloMs: took('hello', address),
    pingMs: took('ping', address),
    ackMs: took('ack', address),
  }));
}

/** `Date` has whole seconds, and the answer may come late in the probe: exact to minutes only. */
function clockOffsetOf(web: readonly ProbeResult[], listener: HttpEvidence | null): number | null {
  const [result] = web;
  if (result === undefined || listener === null || listener.date === null) return null;
  const { startedAt, durationMs } = result;
  if (listener.date < startedAt) return listener.date - startedAt;
  return Math.max(0, listener.date - (startedAt + durationMs));
}
