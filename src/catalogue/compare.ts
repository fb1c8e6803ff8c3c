import type { StepResult } from '../model/result.ts';
import { CATALOGUE } from './catalogue.ts';
import type { Code } from './codes.ts';

/** The step that succeeded here and would have failed with this problem; null if no step can tell. */
export function worksHere(code: Code, steps: readonly StepResult[]): StepResult | null {
  const { refutedBy } = CATALOGUE[code];
  const taken = steps.filter(({ step, outcome }) => refutedBy.includes(step) && outcome !== 'skipped');
  return taken.every(({ outcome }) => outcome === 'ok') ? (taken[0] ?? null) : null;
}

/** True if two codes describe the same problem, perhaps one more exactly than the other. */
export function areSiblings(a: Code, b: Code): boolean {
  return a === b || CATALOGUE[a].next.includes(b) || CATALOGUE[b].next.includes(a);
}
