import { KUBERNETES_STEPS, type KubernetesStep } from '../model/kubernetes-steps.ts';
import { withoutControls } from '../model/scrub.ts';
import { AGENT_CLUSTER_RULES } from './agent-cluster-rules.ts';
import { chartsOf, withChartValue } from './chart-values.ts';
import type { AgentClusterFacts, ControllerClusterFacts, Missing } from './cluster-facts.ts';
import { CONTROLLER_CLUSTER_RULES } from './controller-cluster-rules.ts';
import type { Finding, WrongField } from './finding.ts';
import type { InspectionRule } from './inspection-rule.ts';
import { readAgentFacts, readControllerFacts } from './read-facts.ts';
import { describeSkipped } from './skipped-detail.ts';

/** The maximum number of findings of one rule. */
const MAX_FINDINGS = 50;
/** The maximum number of characters of a quote from an object, and of a fix that is built from an object. */
const MAX_QUOTE = 500;
const MAX_FIX = 8000;

/** The result of a rule. The detail of `skipped` names the missing fact and the reason. */
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
  return run(AGENT_CLUSTER_RULES, readAgentFacts(facts), missing);
}

/** Judges a cluster where a controller runs. */
export function inspectControllerCluster(
  facts: ControllerClusterFacts,
  missing: Missing<ControllerClusterFacts> = {},
): readonly RuleResult[] {
  return run(CONTROLLER_CLUSTER_RULES, readControllerFacts(facts), missing);
}

function run<Facts extends object>(
  rules: readonly InspectionRule<Facts>[],
  facts: Facts,
  missing: Missing<Facts>,
): readonly RuleResult[] {
  const charts = chartsOf(facts);
  return rules
    .flatMap((rule) => apply(rule, facts, missing, charts))
    .sort((a, b) => KUBERNETES_STEPS.indexOf(a.step) - KUBERNETES_STEPS.indexOf(b.step));
}

function apply<Facts extends object>(
  { name, step, holds, needs, applies, subject, find, undecided }: InspectionRule<Facts>,
  facts: Facts,
  missing: Missing<Facts>,
  charts: ReadonlyMap<string, string>,
): RuleResult | readonly RuleResult[] {
  const skipped = (why: string): RuleResult => ({
    rule: name,
    step,
    outcome: 'skipped',
    findings: [],
    detail: quoted(describeSkipped(holds, why), MAX_QUOTE),
  });
  const absent = needs.find((need) => facts[need] === undefined);
  if (absent !== undefined) return skipped(missing[absent] ?? `${absent} was not read`);
  if (applies?.(facts) === false) return [];
  const findings = find(facts)
    .slice(0, MAX_FINDINGS)
    .map((wrong) => ({ step, ...cut(withChartValue(wrong, charts)) }));
  const [first] = findings;
  if (first !== undefined) {
    return { rule: name, step, outcome: 'failed', findings, detail: describeFinding(first) };
  }
  if (subject?.isThere(facts) === false) return skipped(subject.absent);
  const open = undecided?.why(facts) ?? null;
  if (undecided === undefined || open === null) {
    return { rule: name, step, outcome: 'ok', findings, detail: holds };
  }
  const reason = missing[undecided.fact];
  return skipped(reason === undefined ? open : `${open} (${reason})`);
}

function cut({ writes: _, ...finding }: WrongField): Omit<Finding, 'step'> {
  return {
    ...finding,
    object: quoted(finding.object, MAX_QUOTE),
    field: quoted(finding.field, MAX_QUOTE),
    actual: quoted(finding.actual, MAX_QUOTE),
    expected: quoted(finding.expected, MAX_QUOTE),
    fix: quoted(finding.fix, MAX_FIX),
  };
}

/** Returns a value of an object, cut to a length and safe to show in an output. */
function quoted(text: string, length: number): string {
  const shown = text.length > length ? `${text.slice(0, length)}…` : text;
  return withoutControls(shown);
}

/** A finding in one sentence: object, field, what it holds and what it should hold. */
export function describeFinding({ object, field, actual, expected }: WrongField): string {
  return `${object}: ${field} is ${actual}; expected ${expected}`;
}
