import type { StepResult } from '../model/result.ts';
import { CATALOGUE } from './catalogue.ts';
import type { Code } from './codes.ts';

/** The step that would have failed if the trouble existed here too, and succeeded. Null where no step tells. */
export function worksHere(code: Code, steps: readonly StepResult[]): StepResult | null {
  const { refutedBy } = CATALOGUE[code];
  const taken = steps.filter(({ step, outcome }) => refutedBy.includes(step) && outcome !== 'skipped');
  return taken.every(({ outcome }) => outcome === 'ok') ? (taken[0] ?? null) : null;
}

/** Whether two codes describe the same trouble, one perhaps more exactly than the other. */
export function areSiblings(a: Code, b: Code): boolean {
  return a === b || CATALOGUE[a].next.includes(b) || CATALOGUE[b].next.includes(a);
}
