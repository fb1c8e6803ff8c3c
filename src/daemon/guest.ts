import type { BudgetSpent } from './budget.ts';

/** A survey of another target at the address of a configured controller. It is cancelled when a scheduled probe is due. */
export interface Guest {
  /** Ends the survey. */
  readonly dismiss: () => void;
  /** Resolves when the survey has ended. */
  readonly gone: Promise<void>;
}

/** The reason for refusing a survey: a probe or another survey is running, or the budget is used up. */
export type VisitRefusal = 'busy' | BudgetSpent;
