import type { Diagnosis } from '../catalogue/diagnosis.ts';
import type { StepName, StepResult } from '../model/result.ts';

/** The hop that keeps agents out. */
export interface BrokenStep {
  readonly step: StepName;
  readonly address: string | null;
}

/** The parts of a report that its summary is made of. */
interface Summarised {
  readonly controller: string;
  readonly verdict: string;
  readonly brokenStep: BrokenStep | null;
  readonly diagnoses: readonly Diagnosis[];
}

/**
 * The first step that failed, in an agent's order; null where none did.
 * @param direct agents connect directly: a failure at the Jenkins URL does not keep them out, so other steps come first
 */
export function brokenStepOf(steps: readonly StepResult[], direct: boolean): BrokenStep | null {
  const failed = steps.filter(({ outcome }) => outcome === 'failed');
  const first = (direct ? failed.find(({ entrypoint }) => entrypoint !== 'web') : undefined) ?? failed[0];
  return first === undefined ? null : { step: first.step, address: first.address };
}

/** A report in one line: the controller, the verdict, the broken hop and its most likely cause. */
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
