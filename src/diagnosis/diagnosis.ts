import { CATALOGUE } from './catalogue.ts';
import { type Code, docsOf } from './codes.ts';
import type { Confidence, Layer, Severity } from './entry.ts';

/** A root cause with its remedy, as every output shows it. */
export interface Diagnosis {
  readonly code: Code;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly layer: Layer;
  readonly title: string;
  readonly cause: string;
  readonly remedy: string;
  readonly evidence: readonly string[];
  /** Where to look next: causes beneath this one that cannot be seen from here. */
  readonly next: readonly { readonly code: Code; readonly title: string }[];
  /** Path of the section that explains the code, `docs/diagnoses.md#code`. */
  readonly docs: string;
}

/**
 * The diagnosis of a code as the catalogue words it.
 * @param evidence what speaks for it, one sentence each; none twice
 * @param confidence where the evidence is less, or more, than the entry takes for granted
 */
export function diagnosisOf(
  code: Code,
  evidence: readonly string[],
  confidence: Confidence = CATALOGUE[code].confidence,
): Diagnosis {
  const { severity, layer, title, cause, remedy, next } = CATALOGUE[code];
  return {
    code,
    severity,
    confidence,
    layer,
    title,
    cause,
    remedy,
    evidence: [...new Set(evidence)],
    next: next.map((each) => ({ code: each, title: CATALOGUE[each].title })),
    docs: docsOf(code),
  };
}
