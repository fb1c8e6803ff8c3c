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
  /** Where to look next, one sentence each: to be surer, or for causes that cannot be seen from here. */
  readonly next: readonly string[];
  /** Path of the section that explains the code, `docs/diagnoses.md#code`. */
  readonly docs: string;
}

/** What a diagnosis says beyond its entry. */
export interface Particulars {
  /** Where the evidence is less, or more, than the entry takes for granted. */
  readonly confidence?: Confidence;
  /** Where to look next, in this very case. */
  readonly hints?: readonly string[];
}

/**
 * The diagnosis of a code as the catalogue words it.
 * @param evidence what speaks for it, one sentence each; none twice
 */
export function diagnosisOf(
  code: Code,
  evidence: readonly string[],
  { confidence = CATALOGUE[code].confidence, hints = [] }: Particulars = {},
): Diagnosis {
  const { severity, layer, title, cause, remedy, next } = CATALOGUE[code];
  const named = next.filter((each) => !hints.some((hint) => hint.includes(each)));
  return {
    code,
    severity,
    confidence,
    layer,
    title,
    cause,
    remedy,
    evidence: [...new Set(evidence)],
    next: [...hints, ...named.map((each) => `${CATALOGUE[each].title} (${each})`)],
    docs: docsOf(code),
  };
}
