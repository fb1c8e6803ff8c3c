import { CATALOGUE } from '../catalogue/catalogue.ts';
import type { Code } from '../catalogue/codes.ts';
import type { Confidence } from '../catalogue/entry.ts';
import type { StepName, StepResult } from '../model/result.ts';
import type { Reason } from '../protocol/reason.ts';
import type { Break, SurveyEvidence } from './evidence.ts';

/** What stands for the proxy itself, as opposed to what is behind it. */
export const PROXY_REASONS: ReadonlySet<Reason> = new Set<Reason>([
  'proxy-refused-connect',
  'proxy-auth-required',
  'proxy-unreachable',
  'proxy-bad-answer',
]);

/** What a rule says when it holds. */
export interface Claim {
  /**
   * At most the `confidence` of the code's entry. Higher than its `observedAlone` only if `evidence` has a sentence
   * beyond what the steps at `at` show, see {@link beyondStep}.
   */
  readonly confidence: Confidence;
  /** The step of an agent's way at which this shows. */
  readonly at: StepName;
  /** What it rests on, one sentence each. */
  readonly evidence: readonly string[];
  /** The broken steps that this accounts for: they get no diagnosis of their own. */
  readonly explains: readonly Break[];
  /**
   * A comparison with another place: it is further evidence for whatever broke the steps of `hop`, and never takes the
   * place of what was observed there.
   */
  readonly compares?: { readonly hop: readonly Break[]; readonly sentence: string };
  /** Where to look next to be surer, or to exclude a sibling. */
  readonly next?: readonly string[];
}

/** One way to a diagnosis. Pure: the same evidence gives the same claim. */
export interface DiagnosisRule {
  readonly code: Code;
  /** @returns null where the rule does not hold, or where the evidence that it needs is not there */
  readonly judge: (evidence: SurveyEvidence) => Claim | null;
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

/** The evidence of a claim beyond what failed at its own step: other steps, other entrypoints, further checks. */
export function beyondStep({ at, evidence }: Claim, { breaks }: SurveyEvidence): readonly string[] {
  const own = breaks.filter(({ step }) => step === at).map(describeStep);
  return evidence.filter((sentence) => !own.includes(sentence));
}

/** The highest confidence that a claim of this code can have on its evidence. */
export function limitOf(code: Code, claim: Claim, evidence: SurveyEvidence): Confidence {
  const { confidence, observedAlone } = CATALOGUE[code];
  return beyondStep(claim, evidence).length > 0 ? confidence : observedAlone;
}
