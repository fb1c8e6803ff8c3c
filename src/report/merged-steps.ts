import type { ProbeResult, StepResult } from '../model/result.ts';

/** Merges the steps of several probes. Of the same step at the same address it keeps the later one that was not skipped. */
export function mergedSteps(results: readonly ProbeResult[]): readonly StepResult[] {
  const steps = new Map<string, StepResult>();
  for (const result of [...results].sort((a, b) => a.startedAt - b.startedAt)) {
    for (const step of result.steps) {
      const key = `${step.entrypoint} ${step.step} ${step.address}`;
      if (step.outcome !== 'skipped' || !steps.has(key)) steps.set(key, step);
    }
  }
  return [...steps.values()];
}
