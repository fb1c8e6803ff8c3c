import { lower } from '../../catalogue/entry.ts';
import type { Reason } from '../../protocol/reason.ts';
import { breaksWith, type DiagnosisRule, describeStep } from '../diagnosis-rule.ts';
import { extraEvidence, type PortTiming, type SurveyEvidence } from '../evidence.ts';

/** What a controller that is not loaded answers within; a reverse lookup that fails takes seconds. */
const INSTANT_MS = 1000;
/** Shorter pauses have many causes. */
const LATE_MS = 2000;
/** The resolver's time-out of most systems. */
const RESOLVER_MS = 5000;
const RESOLVER_SLACK_MS = 700;
/** A process that stood still for so long has no business judging pauses. */
const STALLED_MS = 500;

/** An answer that is longer than this took more than one packet. */
const ONE_SEGMENT = 1500;

const ACK_LATE: ReadonlySet<Reason> = new Set<Reason>(['ack-timeout']);
const TLS_LATE: ReadonlySet<Reason> = new Set<Reason>(['jnlp4-tls-timeout']);
const WEB_TLS_LATE: ReadonlySet<Reason> = new Set<Reason>(['tls-timeout']);

/** The JNLP4 handshake against what the same controller does at its other entrypoints. */
export const HANDSHAKE_RULES: readonly DiagnosisRule[] = [
  {
    code: 'slow-reverse-dns',
    judge(evidence) {
      const late = evidence.timings.flatMap((timing) => lateAcknowledgement(timing) ?? []);
      const explains = breaksWith(evidence, 'agent-port', ACK_LATE);
      const patient = extraEvidence(evidence, 'patient-ack').flatMap(
        ({ acknowledgedMs }) => acknowledgedMs ?? [],
      );
      const instant = evidence.timings.filter(answersAtOnce);
      const afterAll = explains.length > 0 && instant.length > 0 ? patient.filter((ms) => ms >= LATE_MS) : [];
      const pauses = [...late.map(({ ms }) => ms), ...afterAll];
      const [pause] = pauses;
      if (pause === undefined) return null;
      const confidence = nearMultiple(pause) ? 'likely' : 'possible';
      const stalled = evidence.stalledMs > STALLED_MS;
      if (stalled && confidence === 'possible') return null;
      return {
        confidence: stalled ? lower(confidence) : confidence,
        at: 'ack',
        explains: confidence === 'likely' ? explains : [],
        evidence: [
          ...late.map(
            ({ address, ms, quickMs }) =>
              `ack at ${address}: after ${seconds(ms)}, while ping took ${Math.round(quickMs)} ms`,
          ),
          ...explains.map(describeStep),
          ...afterAll.map((ms) => `with more patience the acknowledgement came after ${seconds(ms)}`),
          ...(nearMultiple(pause) ? ['the pause is a multiple of 5 s, the time-out of a resolver'] : []),
        ],
        next: [
          'On the controller: how long does a reverse lookup of an agent address take (getent hosts ADDRESS)?',
        ],
      };
    },
  },
  {
    code: 'mtu-black-hole',
    judge(evidence) {
      const port = breaksWith(evidence, 'agent-port', TLS_LATE);
      const web = breaksWith(evidence, 'web', WEB_TLS_LATE);
      const large = extraEvidence(evidence, 'large-web');
      const stalled = large.find(({ answered, complete }) => !answered || !complete);
      const smallPasses = evidence.passed.has('ping');
      const explains = [...port, ...web];
      const [first] = explains;
      if (first === undefined || !smallPasses) return null;
      const twoEntrypoints = port.length > 0 && web.length > 0;
      if (!twoEntrypoints && stalled === undefined) return null;
      return {
        // TLS that stalls at both entrypoints may also be inspected on the way.
        confidence: stalled === undefined ? 'likely' : 'certain',
        at: first.step,
        explains,
        evidence: [
          ...explains.map(describeStep),
          'small messages (ping) pass at once',
          ...(stalled === undefined ? [] : [describeLarge(stalled)]),
        ],
      };
    },
  },
  {
    code: 'jnlp4-tls-timeout',
    judge(evidence) {
      const explains = breaksWith(evidence, 'agent-port', TLS_LATE);
      const [first] = explains;
      const large = extraEvidence(evidence, 'large-web').find(
        ({ answered, complete, bytes }) => answered && complete && bytes > ONE_SEGMENT,
      );
      if (first === undefined || large === undefined) return null;
      return {
        confidence: 'likely',
        at: first.step,
        explains,
        evidence: [
          ...explains.map(describeStep),
          `a request of several segments and an answer of ${large.bytes} bytes pass at the web port, which is evidence against the MTU as the cause`,
        ],
        next: ['Thread dump of the controller; anything that inspects TLS on this port.'],
      };
    },
  },
];

function describeLarge({ answered, bytes }: { readonly answered: boolean; readonly bytes: number }): string {
  return answered
    ? `the body of a page stopped after ${bytes} bytes`
    : 'a request of several segments got no answer at the web port, a small one did';
}

function answersAtOnce({ helloMs, pingMs }: PortTiming): boolean {
  return pingMs !== null && pingMs < INSTANT_MS && (helloMs === null || helloMs < INSTANT_MS);
}

function lateAcknowledgement(timing: PortTiming): { address: string; ms: number; quickMs: number } | null {
  const { address, ackMs, pingMs } = timing;
  if (ackMs === null || pingMs === null || ackMs < LATE_MS || !answersAtOnce(timing)) return null;
  return { address, ms: ackMs, quickMs: pingMs };
}

function nearMultiple(ms: number): boolean {
  const times = Math.round(ms / RESOLVER_MS);
  return times >= 1 && Math.abs(ms - times * RESOLVER_MS) <= RESOLVER_SLACK_MS;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Whether hello and ping were answered at once somewhere, so that a late acknowledgement is worth more patience. */
export function quickBeforeAck({ timings }: SurveyEvidence): boolean {
  return timings.some(answersAtOnce);
}
