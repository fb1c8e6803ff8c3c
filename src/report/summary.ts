import type { Diagnosis } from '../catalogue/diagnosis.ts';
import type { StepName, StepResult } from '../model/result.ts';

/** The hop that stops agents. */
export interface BrokenStep {
  readonly step: StepName;
  readonly address: string | null;
}

/** The parts of a report that its summary needs. */
interface Summarised {
  readonly controller: string;
  readonly verdict: string;
  readonly brokenStep: BrokenStep | null;
  readonly diagnoses: readonly Diagnosis[];
}

/**
 * The first failed step, in an agent's order; null if no step failed.
 * @param direct agents connect directly: a failure at the Jenkins URL does not stop them, so other steps come first
 */
export function brokenStepOf(steps: readonly StepResult[], direct: boolean): BrokenStep | null {
  const failed = steps.filter(({ outcome }) => outcome === 'failed');
  const first = (direct ? failed.find(({ entrypoint }) => entrypoint !== 'web') : undefined) ?? failed[0];
  return first === undefined ? null : { step: first.step, address: first.address };
}

/** The report in one line: controller, verdict, broken hop and most likely cause. */
export function summaryOf({ controller, verdict, brokenStep, diagnoses }: Summarised): string {
  const [first] = diagnoses;
  const hop = brokenStep === null ? '' : ` at ${describeHop(brokenStep)}`;
  const cause = first === undefined ? '' : `: ${describeCause(first)}`;
  return `${controller} is ${verdict}${verdict === 'reachable' ? '' : hop}${cause}`;
}

function describeHop({ step, address }: BrokenStep): string {
  return address === null ? step : `${step} (${address})`;
}

function describeCause({ title, code, confidence }: Diagnosis): string {
  return `${title} (${code}, ${confidence})`;
}
