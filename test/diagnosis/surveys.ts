import type { CheckResult } from '../../src/model/extra-check.ts';
import type {
  Evidence,
  HttpEvidence,
  Outcome,
  ProbeResult,
  StepName,
  StepResult,
} from '../../src/model/result.ts';
import type { Asked, Survey } from '../../src/model/survey.ts';
import type { ListenerAnnouncement } from '../../src/protocol/announcement.ts';
import { parseIdentity } from '../../src/protocol/identity.ts';
import type { Reason } from '../../src/protocol/reason.ts';

/** A step: its name, how it ended, why, where, and how long it took. */
export type Row = readonly [
  step: StepName,
  outcome: Outcome,
  reason?: Reason | null,
  address?: string | null,
  durationMs?: number,
];

export const WEB = '10.0.0.1:443';
export const PORT = '10.0.0.2:50000';

/** A result of one entrypoint, made of rows. */
export function result(
  entrypoint: ProbeResult['entrypoint'],
  success: boolean,
  rows: readonly Row[],
  evidence: Evidence = {},
  rest: Partial<ProbeResult> = {},
): ProbeResult {
  const usual = entrypoint === 'agent-port' ? PORT : WEB;
  const steps = rows.map(
    ([step, outcome, reason = null, address = usual, durationMs = 1]): StepResult => ({
      step,
      entrypoint,
      address,
      outcome,
      reason,
      durationMs,
      detail: `${step} ${outcome}`,
    }),
  );
  return {
    depth: entrypoint === 'agent-port' ? 'ping' : entrypoint,
    entrypoint,
    startedAt: Date.UTC(2026, 0, 2),
    durationMs: 100,
    success,
    steps,
    evidence,
    connections: 1,
    stalledMs: 0,
    inconclusive: null,
    ...rest,
  };
}

/** A survey of these results. */
export function surveyOf(
  results: readonly ProbeResult[],
  asked: Partial<Asked> = {},
  checks: readonly CheckResult[] = [],
): Survey {
  const way = asked.way ?? 'discovery';
  return {
    startedAt: Date.UTC(2026, 0, 2),
    durationMs: 12,
    results,
    direct: way === 'direct',
    asked: {
      depth: 'handshake',
      websocket: 'off',
      way,
      agentPort: { host: 'jenkins.example.com', port: 50000 },
      web: { host: 'jenkins.example.com', port: 443 },
      hasAgent: false,
      proxyIgnored: null,
      agentVersion: null,
      earlierPorts: [],
      ...asked,
    },
    checks: checks,
  };
}

/** An HTTP answer. */
export function page(
  status: number,
  rest: Partial<HttpEvidence> & { version?: string; session?: string } = {},
): HttpEvidence {
  const { version, session, ...others } = rest;
  return {
    address: WEB,
    url: 'https://jenkins.example.com/login',
    status,
    location: null,
    server: null,
    contentType: null,
    date: null,
    setsCookies: [],
    jenkinsVersion: version ?? null,
    jenkinsSession: session ?? null,
    bodyStart: '',
    ...others,
  };
}

/** The hello of an agent port. */
export function hello(session: string, address = PORT) {
  return {
    address,
    hello: {
      version: '2.516.3',
      session,
      protocols: ['JNLP4-connect', 'Ping'],
      remotingMinimumVersion: null,
      client: null,
      server: null,
    },
  };
}

/** Returns an announcement as on the listener page. */
export function announcement(
  rest: { host?: string; port?: number; hostAnnounced?: boolean } = {},
): ListenerAnnouncement {
  return {
    agentPort: { host: rest.host ?? 'jenkins.example.com', port: rest.port ?? 50000 },
    identity: IDENTITY,
    protocols: ['JNLP4-connect', 'Ping'],
    remotingMinimumVersion: '3107.v665000b_51092',
    hostAnnounced: rest.hostAnnounced ?? false,
  };
}

const IDENTITY = parseIdentity(
  `MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC1HUG5k+aU3coJ649rFZgjlUGBim82d/JhwSB2m9XmN7Qwweoq2J9mTdymRwaUrGABcCMk
   8GGDdTiLI7Ofuxpn4Q7cd8liPmUg9LpmoiVEakvtWp2YZyJoUYif0CTR8uKBhVn5aUAdJOwAUQrobuufJ0ft8Oo/jUThAGsdMZGrpwIDAQAB`,
);

/** Returns a result of a web endpoint where every step succeeds. */
export function webOk(evidence: Evidence = {}): ProbeResult {
  return result(
    'web',
    true,
    [
      ['web-resolve', 'ok', null, null],
      ['web-connect', 'ok'],
      ['web-tls', 'ok'],
      ['listener', 'ok'],
    ],
    { listenerResponse: page(200), announcement: announcement(), ...evidence },
  );
}

/** An agent port on which all is well down to the identity. */
export function portOk(evidence: Evidence = {}, address = PORT): ProbeResult {
  return result(
    'agent-port',
    true,
    [
      ['port-resolve', 'ok', null, null],
      ['port-connect', 'ok', null, address],
      ['hello', 'ok', null, address],
      ['ping', 'ok', null, address],
      ['ack', 'ok', null, address],
      ['tls', 'ok', null, address],
      ['identity', 'ok', null, address],
    ],
    { hellos: [hello('aa', address)], ...evidence },
  );
}

/** An agent port whose steps go well up to the one that fails. */
export function portBroken(
  step: StepName,
  reason: Reason,
  evidence: Evidence = {},
  before: readonly Row[] = [],
): ProbeResult {
  const names: readonly StepName[] = [
    'port-connect',
    'hello',
    'ping',
    'ack',
    'tls',
    'identity',
    'headers',
    'capability',
  ];
  const rows = names.slice(0, Math.max(0, names.indexOf(step))).map((name): Row => [name, 'ok']);
  return result(
    'agent-port',
    false,
    [...(before.length > 0 ? before : rows), [step, 'failed', reason]],
    evidence,
  );
}
