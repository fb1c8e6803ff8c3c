import { CATALOGUE } from './catalogue.ts';
import type { Code } from './codes.ts';
import { atMost, type Confidence, higher, type Layer, type Severity } from './entry.ts';
import { joinSteps } from './join-steps.ts';

/** A root cause with its remedy, as every output shows it. */
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
  /** Where to look next, one sentence each: to be surer, or for causes that cannot be seen from here. */
  readonly next: readonly string[];
  /** Absolute link to the page of the code; null where no page is served. Set when an answer is made. */
  readonly docs: string | null;
}

/** What a diagnosis says beyond its entry. */
interface Particulars {
  /** Where there is less evidence than the entry's own confidence needs. */
  readonly confidence?: Confidence;
  /** Where to look next in this case, instead of the entry's hints. */
  readonly hints?: readonly string[];
}

/**
 * The diagnosis of a code as the catalogue words it, never surer than its entry.
 * @param evidence what speaks for it, one sentence each; none twice
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

/** A diagnosis that evidence of another kind supports: one step surer, but never surer than its entry. */
export function confirmed(diagnosis: Diagnosis, evidence: readonly string[]): Diagnosis {
  return {
    ...diagnosis,
    confidence: atMost(CATALOGUE[diagnosis.code].confidence, higher(diagnosis.confidence)),
    evidence: [...diagnosis.evidence, ...evidence],
  };
}
