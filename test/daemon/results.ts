import type {
  Depth,
  Entrypoint,
  Evidence,
  ProbeResult,
  StepName,
  StepResult,
} from '../../src/model/result.ts';
import type { ListenerAnnouncement } from '../../src/protocol/announcement.ts';
import { type InstanceIdentity, parseIdentity } from '../../src/protocol/identity.ts';
import type { Reason } from '../../src/protocol/reason.ts';

export const ADDRESS = '10.0.0.7:50000';
export const STARTED_AT = Date.UTC(2026, 0, 2, 3, 4, 5);

/** The steps of each depth, in the order of a healthy probe. */
export const STEPS_OF: Readonly<Record<Depth, readonly StepName[]>> = {
  web: ['web-connect', 'listener'],
  ping: ['port-connect', 'hello', 'ping'],
  handshake: ['port-connect', 'hello', 'ping', 'ack', 'tls', 'identity'],
  login: ['port-connect', 'hello', 'ping', 'ack', 'tls', 'identity', 'headers', 'capability'],
  websocket: ['ws-upgrade', 'ws-roundtrip'],
};

export function entrypointOf(depth: Depth): Entrypoint {
  return depth === 'web' || depth === 'websocket' ? depth : 'agent-port';
}

interface Failure {
  readonly step: StepName;
  readonly reason: Reason;
}

/** Returns the steps at one address: all succeed, or all before the one that fails. */
export function stepsAt(depth: Depth, address: string, failure?: Failure): readonly StepResult[] {
  const names = STEPS_OF[depth];
  const failedAt = failure === undefined ? names.length : names.indexOf(failure.step);
  return names.map((step, index) => ({
    step,
    entrypoint: entrypointOf(depth),
    address,
    outcome: index < failedAt ? 'ok' : index === failedAt ? 'failed' : 'skipped',
    reason: index === failedAt ? (failure?.reason ?? null) : null,
    durationMs: index > failedAt ? 0 : 20,
    detail: index === failedAt ? 'went wrong' : 'went well',
  }));
}

/** Returns a result with one address. */
export function resultOf(
  depth: Depth,
  { failure, evidence = {}, ...rest }: Partial<ProbeResult> & { readonly failure?: Failure } = {},
): ProbeResult {
  return {
    depth,
    entrypoint: entrypointOf(depth),
    startedAt: STARTED_AT,
    durationMs: 60,
    success: failure === undefined,
    steps: stepsAt(depth, ADDRESS, failure),
    evidence,
    connections: 1,
    stalledMs: 0,
    inconclusive: null,
    ...rest,
  };
}

/** Returns a successful result of `web`, with its announcement. */
export function announcing(port = 50000, evidence: Evidence = {}): ProbeResult {
  return resultOf('web', { evidence: { announcement: announcementOf(port), ...evidence } });
}

export function announcementOf(port: number): ListenerAnnouncement {
  return {
    agentPort: { host: 'jenkins.example.com', port },
    identity: IDENTITY,
    protocols: ['JNLP4-connect', 'Ping'],
    remotingMinimumVersion: null,
    hostAnnounced: false,
  };
}

/** An RSA key of 1024 bits for these tests. Its private key was deleted. */
export const IDENTITY: InstanceIdentity = parseIdentity(
  `MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC1HUG5k+aU3coJ649rFZgjlUGBim82d/JhwSB2m9XmN7Qwweoq2J9mTdymRwaUrGABcCMk
   8GGDdTiLI7Ofuxpn4Q7cd8liPmUg9LpmoiVEakvtWp2YZyJoUYif0CTR8uKBhVn5aUAdJOwAUQrobuufJ0ft8Oo/jUThAGsdMZGrpwIDAQAB`,
);
