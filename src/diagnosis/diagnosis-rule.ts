import { CATALOGUE } from '../catalogue/catalogue.ts';
import type { Code } from '../catalogue/codes.ts';
import type { Confidence } from '../catalogue/entry.ts';
import type { StepName, StepResult } from '../model/result.ts';
import type { Reason } from '../protocol/reason.ts';
import type { Break, SurveyEvidence } from './evidence.ts';

/** Reasons that concern the proxy itself, not the target behind it. */
export const PROXY_REASONS: ReadonlySet<Reason> = new Set<Reason>([
  'proxy-refused-connect',
  'proxy-auth-required',
  'proxy-unreachable',
  'proxy-bad-answer',
]);

/** The result of a rule that applies. */
export interface Claim {
  /**
   * At most the `confidence` of the entry. Above its `observedAlone` only if `evidence` has more than the steps at `at`
   * show, see {@link beyondStep}.
   */
  readonly confidence: Confidence;
  /** The step at which this shows. */
  readonly at: StepName;
  /** The evidence, one sentence each. */
  readonly evidence: readonly string[];
  /** The broken steps that this explains: they get no other diagnosis. */
  readonly explains: readonly Break[];
  /**
   * A comparison with another address: further evidence for the causes of `hop`. It never replaces what was observed
   * there.
   */
  readonly compares?: { readonly hop: readonly Break[]; readonly sentence: string };
  /** Further checks: to confirm the diagnosis, or to exclude a similar cause. */
  readonly next?: readonly string[];
}

/** A rule that finds one code. Pure: the same evidence gives the same claim. */
export interface DiagnosisRule {
  readonly code: Code;
  /** @returns null if the rule does not apply, or if its evidence is missing */
  readonly judge: (evidence: SurveyEvidence) => Claim | null;
  /** True if the rule can apply although every step succeeded. All other rules are skipped then. */
  readonly onSuccess?: true;
}

/** A step as a sentence of evidence. */
export function describeStep({
  step,
  address,
  detail,
}: Pick<StepResult, 'step' | 'address' | 'detail'>): string {
  return `${step}${address === null ? '' : ` at ${address}`}: ${detail}`;
}

/** The broken steps of an entrypoint with one of these reasons. */
export function breaksWith(
  { breaks }: SurveyEvidence,
  entrypoint: Break['entrypoint'],
  reasons: ReadonlySet<Break['reason']>,
): readonly Break[] {
  return breaks.filter((each) => each.entrypoint === entrypoint && reasons.has(each.reason));
}

/** The evidence of a claim other than its own failed step: other steps, other entrypoints, extra checks. */
export function beyondStep({ at, evidence }: Claim, { breaks }: SurveyEvidence): readonly string[] {
  const own = breaks.filter(({ step }) => step === at).map(describeStep);
  return evidence.filter((sentence) => !own.includes(sentence));
}

/** The highest confidence that the evidence of a claim allows. */
export function limitOf(code: Code, claim: Claim, evidence: SurveyEvidence): Confidence {
  const { confidence, observedAlone } = CATALOGUE[code];
  return beyondStep(claim, evidence).length > 0 ? confidence : observedAlone;
}
