import { lower } from '../../catalogue/entry.ts';
import type { Reason } from '../../protocol/reason.ts';
import { breaksWith, type DiagnosisRule, describeStep } from '../diagnosis-rule.ts';
import { extraEvidence, type PortTiming, type SurveyEvidence } from '../evidence.ts';

/** A controller without load answers within this time; a failing reverse lookup takes seconds. */
const INSTANT_MS = 1000;
/** Shorter pauses have many causes. */
const LATE_MS = 2000;
/** The resolver timeout of most systems. */
const RESOLVER_MS = 5000;
const RESOLVER_SLACK_MS = 700;
/** A process that stalled this long cannot judge delays. */
const STALLED_MS = 500;

/** A longer answer needs more than one packet. */
const ONE_SEGMENT = 1500;

const ACK_LATE: ReadonlySet<Reason> = new Set<Reason>(['ack-timeout']);
const TLS_LATE: ReadonlySet<Reason> = new Set<Reason>(['jnlp4-tls-timeout']);
const WEB_TLS_LATE: ReadonlySet<Reason> = new Set<Reason>(['tls-timeout']);

/** Compares the JNLP4 handshake with the other entrypoints of the same controller. */
export const HANDSHAKE_RULES: readonly DiagnosisRule[] = [
  {
    code: 'slow-reverse-dns',
    onSuccess: true,
    judge(evidence) {
      const late = evidence.timings.flatMap(
        (timing) => lateAcknowledgement(timing, evidence.stalledMs) ?? [],
      );
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
          ...afterAll.map((ms) => `with a longer timeout the acknowledgement came after ${seconds(ms)}`),
          ...(nearMultiple(pause) ? ['the delay is a multiple of 5 s, the timeout of a resolver'] : []),
        ],
        next: [
          'Measure a reverse lookup of an agent address on the controller: `time getent hosts ADDRESS`.',
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
        // TLS that stalls at both entrypoints may also be inspected on the path.
        confidence: stalled === undefined ? 'likely' : 'certain',
        at: first.step,
        explains,
        evidence: [
          ...explains.map(describeStep),
          'small messages (ping) are answered at once',
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
          `evidence against the MTU: the web port handled a request of several segments and an answer of ${large.bytes} bytes`,
        ],
        next: ['Take a thread dump of the controller, and check for devices that inspect TLS on this port.'],
      };
    },
  },
];

function describeLarge({ answered, bytes }: { readonly answered: boolean; readonly bytes: number }): string {
  return answered
    ? `the body of a page ended after ${bytes} bytes`
    : 'the web port answered a small request, but not a request of several segments';
}

function answersAtOnce({ helloMs, pingMs }: PortTiming): boolean {
  return pingMs !== null && pingMs < INSTANT_MS && (helloMs === null || helloMs < INSTANT_MS);
}

/** Returns an acknowledgement that was late even without the stalls of this process; null if it was not. */
function lateAcknowledgement(
  timing: PortTiming,
  stalledMs: number,
): { address: string; ms: number; quickMs: number } | null {
  const { address, ackMs, pingMs } = timing;
  if (ackMs === null || pingMs === null || ackMs - stalledMs < LATE_MS || !answersAtOnce(timing)) return null;
  return { address, ms: ackMs, quickMs: pingMs };
}

function nearMultiple(ms: number): boolean {
  const times = Math.round(ms / RESOLVER_MS);
  return times >= 1 && Math.abs(ms - times * RESOLVER_MS) <= RESOLVER_SLACK_MS;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** True if hello and ping were answered at once at some address, so that a longer wait for the acknowledgement makes sense. */
export function quickBeforeAck({ timings }: SurveyEvidence): boolean {
  return timings.some(answersAtOnce);
}
