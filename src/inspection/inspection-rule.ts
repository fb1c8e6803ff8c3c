import type { Code } from '../catalogue/codes.ts';
import type { KubernetesStep } from '../model/kubernetes-steps.ts';
import type { WrongField } from './finding.ts';

/** What a rule judges. Nothing of it is not the same as all right. */
export interface RuleSubject<Facts> {
  /** Says that there is none. */
  readonly absent: string;
  readonly isThere: (facts: Facts) => boolean;
}

/** One rule: what has to hold, the facts it takes, and the codes of what it finds. */
export interface InspectionRule<Facts> {
  readonly name: string;
  readonly step: KubernetesStep;
  /** What holds where nothing is found, as a sentence. */
  readonly holds: string;
  readonly needs: readonly (keyof Facts & string)[];
  readonly codes: readonly Code[];
  /** Whether there is anything to judge; absent: always. Where there is nothing, the rule says nothing at all. */
  readonly applies?: (facts: Facts) => boolean;
  /** Where nothing is found and there is none of it, the rule is skipped; absent: the facts themselves. */
  readonly subject?: RuleSubject<Facts>;
  readonly find: (facts: Facts) => readonly WrongField[];
  /** Where nothing is found: why that does not yet mean that it holds (null where it does), and the fact that would tell. */
  readonly undecided?: {
    readonly fact: keyof Facts & string;
    readonly why: (facts: Facts) => string | null;
  };
}
