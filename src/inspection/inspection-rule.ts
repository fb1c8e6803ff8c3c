import type { Code } from '../catalogue/codes.ts';
import type { KubernetesStep } from '../model/kubernetes-steps.ts';
import type { WrongField } from './finding.ts';

/** The object of a rule. A rule without its object is skipped, not passed. */
export interface RuleSubject<Facts> {
  /** Says that there is none. */
  readonly absent: string;
  readonly isThere: (facts: Facts) => boolean;
}

/** One rule: its condition, the facts it needs, and the codes of its findings. */
export interface InspectionRule<Facts> {
  readonly name: string;
  readonly step: KubernetesStep;
  /** The condition as a sentence, without a colon. */
  readonly holds: string;
  readonly needs: readonly (keyof Facts & string)[];
  readonly codes: readonly Code[];
  /** Returns true if the rule applies; absent: always. A rule that does not apply gives no result. */
  readonly applies?: (facts: Facts) => boolean;
  /** Without findings the rule is skipped if its subject is absent; undefined: the rule always has one. */
  readonly subject?: RuleSubject<Facts>;
  readonly find: (facts: Facts) => readonly WrongField[];
  /** Without findings: why the result is still unknown (null if it is known), and the fact that would decide it. */
  readonly undecided?: {
    readonly fact: keyof Facts & string;
    readonly why: (facts: Facts) => string | null;
  };
}
