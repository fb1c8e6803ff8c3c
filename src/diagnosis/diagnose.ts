import { CATALOGUE } from '../catalogue/catalogue.ts';
import type { Code } from '../catalogue/codes.ts';
import { type Diagnosis, diagnosisOf } from '../catalogue/diagnosis.ts';
import { atMost, CONFIDENCES, lower } from '../catalogue/entry.ts';
import type { Survey } from '../model/survey.ts';
import { independentBreaks, placeOfStep } from './consequences.ts';
import { contradictionsOf } from './contradictions.ts';
import { type Claim, type DiagnosisRule, describeStep, limitOf } from './diagnosis-rule.ts';
import { type Break, gatherEvidence, type SurveyEvidence } from './evidence.ts';
import { ALTERNATING_RULES } from './rules/alternating-rules.ts';
import { CERTIFICATE_RULES, VALIDITY_RULES } from './rules/certificate-rules.ts';
import { DISCOVERY_RULES } from './rules/discovery-rules.ts';
import { BEHIND_PROXY_RULES, FORWARD_PROXY_RULES } from './rules/forward-proxy-rules.ts';
import { HANDSHAKE_RULES } from './rules/handshake-rules.ts';
import { IDENTITY_RULES } from './rules/identity-rules.ts';
import { IDLE_RULES } from './rules/idle-rules.ts';
import { PORT_ANSWER_RULES } from './rules/port-answer-rules.ts';
import { REACHABILITY_RULES } from './rules/reachability-rules.ts';

/**
 * Every rule, in an agent's order. If two rules explain the same broken step, the earlier one wins: rules with more
 * evidence come first.
 */
export const RULES: readonly DiagnosisRule[] = [
  ...CERTIFICATE_RULES,
  ...ALTERNATING_RULES,
  ...DISCOVERY_RULES,
  ...FORWARD_PROXY_RULES,
  ...REACHABILITY_RULES,
  ...VALIDITY_RULES,
  ...BEHIND_PROXY_RULES,
  ...PORT_ANSWER_RULES,
  ...HANDSHAKE_RULES,
  ...IDENTITY_RULES,
  ...IDLE_RULES,
];

const SUCCESS_RULES = RULES.filter(({ onSuccess }) => onSuccess === true);

/**
 * The root causes that a survey shows, most likely first. The first broken hop comes first, its consequences are left out,
 * and each code appears once. A broken step that no rule explains is named by its reason.
 */
export function diagnose(survey: Survey): readonly Diagnosis[] {
  const gathered = gatherEvidence(survey);
  const evidence: SurveyEvidence = { ...gathered, breaks: independentBreaks(gathered) };
  const claims = claimsOf(evidence);
  const place = (claim: Claim) => placeOfStep(claim.at, survey.direct);
  return [...claims]
    .map(([code, claim]) => [code, weigh(code, claim, gathered)] as const)
    .sort(
      ([, a], [, b]) =>
        place(a) - place(b) ||
        Number(a.compares !== undefined) - Number(b.compares !== undefined) ||
        CONFIDENCES.indexOf(a.confidence) - CONFIDENCES.indexOf(b.confidence),
    )
    .map(([code, { evidence, confidence, next }]) =>
      diagnosisOf(code, evidence, { confidence, ...(next === undefined ? {} : { hints: next }) }),
    );
}

function claimsOf(evidence: SurveyEvidence): ReadonlyMap<Code, Claim> {
  const claims = new Map<Code, Claim>();
  const explained = new Set<Break>();
  for (const { code, judge } of everyStepSucceeded(evidence) ? SUCCESS_RULES : RULES) {
    const claim = claims.has(code) ? null : judge(evidence);
    if (claim === null) continue;
    // Earlier rules explain all of its steps.
    if (claim.explains.length > 0 && claim.explains.every((each) => explained.has(each))) continue;
    claims.set(code, claim);
    for (const each of claim.explains) explained.add(each);
  }
  for (const each of evidence.breaks) {
    if (explained.has(each)) continue;
    claims.set(each.reason, merge(claims.get(each.reason), observe(each)));
  }
  return withComparisons(claims);
}

function everyStepSucceeded({ breaks, warnings, checks }: SurveyEvidence): boolean {
  return breaks.length === 0 && warnings.length === 0 && checks.size === 0;
}

/** Adds the results of comparisons to the causes of the compared hops. */
function withComparisons(claims: ReadonlyMap<Code, Claim>): ReadonlyMap<Code, Claim> {
  const comparisons = [...claims.values()].flatMap(({ compares }) => compares ?? []);
  if (comparisons.length === 0) return claims;
  const added = ({ explains }: Claim) =>
    comparisons
      .filter(({ hop }) => explains.some((each) => hop.includes(each)))
      .map(({ sentence }) => sentence);
  return new Map(
    [...claims].map(([code, claim]) => [code, { ...claim, evidence: [...claim.evidence, ...added(claim)] }]),
  );
}

/** The reason of a broken step as a diagnosis. */
function observe(broken: Break): Claim {
  return {
    confidence: CATALOGUE[broken.reason].observedAlone,
    at: broken.step,
    evidence: [describeStep(broken)],
    explains: [broken],
  };
}

function merge(first: Claim | undefined, second: Claim): Claim {
  if (first === undefined) return second;
  return { ...first, evidence: [...first.evidence, ...second.evidence] };
}

function weigh(code: Code, claim: Claim, evidence: SurveyEvidence): Claim {
  const against = contradictionsOf(code, evidence);
  const confidence = atMost(limitOf(code, claim, evidence), claim.confidence);
  if (against.length === 0) return { ...claim, confidence };
  return { ...claim, confidence: lower(confidence), evidence: [...claim.evidence, ...against] };
}
