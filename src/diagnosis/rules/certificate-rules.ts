import type { Reason } from '../../protocol/reason.ts';
import { breaksWith, type Claim, type DiagnosisRule, describeStep } from '../diagnosis-rule.ts';
import { extraEvidence, type SurveyEvidence } from '../evidence.ts';

const BY_CLOCK: ReadonlySet<Reason> = new Set<Reason>(['cert-expired', 'cert-not-yet-valid']);
/** Smaller differences are harmless. */
const FAR_OFF_MS = 10 * 60_000;

/** Certificates of the Jenkins URL and the clock. */
export const CERTIFICATE_RULES: readonly DiagnosisRule[] = [
  {
    code: 'clock-skew',
    onSuccess: true,
    judge(evidence) {
      const offset = clockOffsetOf(evidence);
      if (offset === null || Math.abs(offset) < FAR_OFF_MS) return null;
      const explains = breaksWith(evidence, 'web', BY_CLOCK).filter(({ reason }) =>
        // A fast clock makes certificates look expired, a slow clock makes them look too new.
        reason === 'cert-expired' ? offset < 0 : offset > 0,
      );
      return {
        // It may be the controller's clock that is wrong.
        confidence: 'likely',
        at: explains[0]?.step ?? 'listener',
        explains,
        evidence: [...explains.map(describeStep), `the controller's clock is ${describeOffset(offset)} ours`],
      };
    },
  },
];

/** Certificates that are out of date. They come after the reachability rules, which may name a single address. */
export const VALIDITY_RULES: readonly DiagnosisRule[] = (['cert-expired', 'cert-not-yet-valid'] as const).map(
  (code) => ({ code, judge: (evidence) => datedByBoth(evidence, code) }),
);

/** A certificate that is out of date also by the controller's clock. */
function datedByBoth(evidence: SurveyEvidence, code: 'cert-expired' | 'cert-not-yet-valid'): Claim | null {
  const explains = breaksWith(evidence, 'web', new Set([code]));
  const offset = clockOffsetOf(evidence);
  const [first] = explains;
  if (first === undefined || offset === null) return null;
  const further = code === 'cert-expired' ? offset > 0 : offset < 0;
  if (!further && Math.abs(offset) >= FAR_OFF_MS) return null;
  return {
    confidence: 'certain',
    at: first.step,
    explains,
    evidence: [...explains.map(describeStep), "it is out of date also by the controller's clock"],
  };
}

function clockOffsetOf(evidence: SurveyEvidence): number | null {
  return evidence.clockOffsetMs ?? extraEvidence(evidence, 'unverified-date')[0]?.offsetMs ?? null;
}

function describeOffset(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  const long = minutes >= 2880 ? `${Math.round(minutes / 1440)} days` : `${minutes} minutes`;
  return `${long} ${ms > 0 ? 'ahead of' : 'behind'}`;
}
