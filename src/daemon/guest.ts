import type { BudgetSpent } from './budget.ts';

/** Somebody else's survey at a watched controller. It makes way when a probe of the controller is due. */
export interface Guest {
  /** Ends the survey. */
  readonly dismiss: () => void;
  /** Resolves when it has ended. */
  readonly gone: Promise<void>;
}

/** Why a survey may not go to a place now: a probe or another survey is there, or its connections are used up. */
export type VisitRefusal = 'busy' | BudgetSpent;
