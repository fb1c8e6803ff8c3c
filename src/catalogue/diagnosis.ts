import { CATALOGUE } from './catalogue.ts';
import type { Code } from './codes.ts';
import { atMost, type Confidence, higher, type Layer, type Severity } from './entry.ts';
import { joinSteps } from './join-steps.ts';

/** A root cause with its remedy, as in every output. */
export interface Diagnosis {
  readonly code: Code;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly layer: Layer;
  readonly title: string;
  readonly cause: string;
  /** One step, or several as numbered lines. A finding in a cluster has its own, with commands or YAML below. */
  readonly remedy: string;
  readonly evidence: readonly string[];
  /** Further checks: to confirm the diagnosis, or for causes that cannot be seen from here. */
  readonly next: readonly string[];
  /** Absolute link to the page of the code; null if no page is served. Set when an answer is created. */
  readonly docs: string | null;
}

/** Values that replace those of the entry. */
interface Particulars {
  /** Set when the evidence does not suffice for the confidence of the entry. */
  readonly confidence?: Confidence;
  /** Replace the hints of the entry. */
  readonly hints?: readonly string[];
}

/**
 * The diagnosis of a code with the texts of the catalogue. Its confidence is at most that of the entry.
 * @param evidence one sentence each; duplicates are removed
 */
export function diagnosisOf(
  code: Code,
  evidence: readonly string[],
  particulars: Particulars = {},
): Diagnosis {
  const { severity, layer, title, cause, remedy, next, ...entry } = CATALOGUE[code];
  const { confidence = entry.confidence, hints = entry.hints } = particulars;
  const named = next.filter((each) => !hints.some((hint) => hint.includes(each)));
  return {
    code,
    severity,
    confidence: atMost(entry.confidence, confidence),
    layer,
    title,
    cause,
    remedy: joinSteps(remedy),
    evidence: [...new Set(evidence)],
    next: [...hints, ...named.map((each) => `${CATALOGUE[each].title} (${each})`)],
    docs: null,
  };
}

/** A diagnosis with evidence of another kind added: one step surer, at most as sure as its entry. */
export function confirmed(diagnosis: Diagnosis, evidence: readonly string[]): Diagnosis {
  return {
    ...diagnosis,
    confidence: atMost(CATALOGUE[diagnosis.code].confidence, higher(diagnosis.confidence)),
    evidence: [...diagnosis.evidence, ...evidence],
  };
}
