import type { AgentClusterFacts, ControllerClusterFacts, Missing } from './facts.ts';
import { type Finding, KUBERNETES_STEPS, type KubernetesStep } from './finding.ts';
import { AGENT_CLUSTER_RULES, CONTROLLER_CLUSTER_RULES, type Rule } from './rules.ts';

/** What a rule came to. `skipped` says which fact was missing, and why. */
export interface RuleResult {
  readonly rule: string;
  readonly step: KubernetesStep;
  readonly outcome: 'ok' | 'failed' | 'skipped';
  readonly findings: readonly Finding[];
  /** One sentence for a person. */
  readonly detail: string;
}

/** Judges a cluster where agents run. */
export function inspectAgentCluster(
  facts: AgentClusterFacts,
  missing: Missing<AgentClusterFacts> = {},
): readonly RuleResult[] {
  return run(AGENT_CLUSTER_RULES, facts, missing);
}

/** Judges a cluster where a controller runs. */
export function inspectControllerCluster(
  facts: ControllerClusterFacts,
  missing: Missing<ControllerClusterFacts> = {},
): readonly RuleResult[] {
  return run(CONTROLLER_CLUSTER_RULES, facts, missing);
}

function run<Facts extends object>(
  rules: readonly Rule<Facts>[],
  facts: Facts,
  missing: Missing<Facts>,
): readonly RuleResult[] {
  return rules
    .map((rule) => apply(rule, facts, missing))
    .sort((a, b) => KUBERNETES_STEPS.indexOf(a.step) - KUBERNETES_STEPS.indexOf(b.step));
}

function apply<Facts extends object>(
  { name, step, holds, needs, find }: Rule<Facts>,
  facts: Facts,
  missing: Missing<Facts>,
): RuleResult {
  const absent = needs.find((need) => facts[need] === undefined);
  if (absent !== undefined) {
    const why = missing[absent] ?? `${absent} was not read`;
    return {
      rule: name,
      step,
      outcome: 'skipped',
      findings: [],
      detail: `not checked whether ${holds}: ${why}`,
    };
  }
  const findings = find(facts);
  const [first] = findings;
  return first === undefined
    ? { rule: name, step, outcome: 'ok', findings, detail: holds }
    : { rule: name, step, outcome: 'failed', findings, detail: describeFinding(first) };
}

/** A finding in one sentence: object, field, what it holds and what it should hold. */
export function describeFinding({ object, field, actual, expected }: Finding): string {
  return `${object}: ${field} is ${actual}; expected ${expected}`;
}
