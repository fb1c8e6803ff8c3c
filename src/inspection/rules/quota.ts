import type { AgentClusterFacts } from '../cluster-facts.ts';
import { freeName, objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { demandsOf, isScoped, unstated } from '../objects/pod-resources.ts';

export const QUOTA_RULES: readonly InspectionRule<AgentClusterFacts>[] = [
  {
    name: 'quota-left',
    step: 'k8s-quota',
    holds: 'the quotas leave room for agents',
    needs: ['quotas'],
    codes: ['quota-exceeded'],
    find: quotaLeft,
  },
  {
    name: 'quota-lets-pods-in',
    step: 'k8s-quota',
    holds: 'the quotas accept agent pods',
    needs: ['quotas'],
    codes: ['quota-requires-resources'],
    find: quotaLetsPodsIn,
    undecided: { fact: 'limitRanges', why: unreadDefaults },
  },
];

/** Resources that every pod needs. */
const NEEDED_BY_PODS = /^(pods|count\/pods|(requests\.|limits\.)?(cpu|memory|ephemeral-storage))$/;

/** Finds quotas of the agents' namespace that are used up. */
function quotaLeft({ quotas = [] }: AgentClusterFacts): readonly WrongField[] {
  return quotas.flatMap((quota) => {
    const used = quota.status?.used ?? {};
    return Object.entries(quota.status?.hard ?? quota.spec?.hard ?? {}).flatMap(([resource, hard]) => {
      const limit = quantity(hard);
      const taken = quantity(used[resource] ?? '0');
      if (!NEEDED_BY_PODS.test(resource) || limit === null || taken === null || taken < limit) return [];
      return [
        {
          code: 'quota-exceeded',
          object: objectName('ResourceQuota', quota),
          field: `spec.hard[${JSON.stringify(resource)}]`,
          actual: `${used[resource] ?? '0'} of ${hard} used`,
          expected: 'room for one more agent',
          fix: `raise spec.hard[${JSON.stringify(resource)}], or lower what agents may take (JCasC: jenkins.clouds[].kubernetes.containerCapStr)`,
          // A quota with a scope counts only some pods, which may not be agents.
          confidence: isScoped(quota) ? 'likely' : 'certain',
        } as const,
      ];
    });
  });
}

/**
 * Pods that state no resources get past the quotas. A quota on cpu or memory refuses every pod that says nothing about it,
 * unless a LimitRange of the namespace fills it in.
 */
function quotaLetsPodsIn(facts: AgentClusterFacts): readonly WrongField[] {
  const { quotas = [], limitRanges } = facts;
  if (limitRanges === undefined) return [];
  return quotas.flatMap((quota): WrongField[] => {
    const demanded = unstated(demandsOf(quota), facts);
    if (demanded.length === 0) return [];
    const limits = demanded.filter((each) => each.startsWith('limits.'));
    return [
      {
        code: 'quota-requires-resources',
        object: objectName('ResourceQuota', quota),
        field: 'spec.hard',
        actual: `${demanded.join(', ')}, with no LimitRange that fills them in`,
        expected: 'pod templates that state these resources, or a LimitRange with defaults',
        fix: defaultsYaml(facts, demanded),
        // The plugin's default container states requests, and never limits.
        confidence: isScoped(quota) || limits.length === 0 ? 'possible' : 'likely',
      },
    ];
  });
}

/** The default resources for agents: the official chart's figures. */
const DEFAULTS: Readonly<Record<string, string>> = { cpu: '512m', memory: '512Mi' };

function defaultsYaml({ namespace, limitRanges = [] }: AgentClusterFacts, demanded: readonly string[]) {
  const of = (prefix: string) =>
    demanded
      .filter((each) => each.startsWith(`${prefix}.`))
      .map((each) => each.slice(prefix.length + 1))
      .map((resource) => `${resource}: ${DEFAULTS[resource]}`)
      .join(', ');
  const parts = [
    ['limits', 'default'],
    ['requests', 'defaultRequest'],
  ].filter(([prefix = '']) => of(prefix) !== '');
  const stated = parts.map(([prefix = '']) => `${prefix}: { ${of(prefix)} }`).join(', ');
  const defaults = parts.map(([prefix = '', name]) => `${name}: { ${of(prefix)} }`).join(', ');
  return [
    '# In every container of the pod template:',
    `#   resources: { ${stated} }`,
    '# Or defaults for every pod of the namespace that states none:',
    'apiVersion: v1',
    'kind: LimitRange',
    `metadata: { name: ${freeName('agent-defaults', limitRanges)}, namespace: ${namespace} }`,
    'spec:',
    `  limits: [{ type: Container, ${defaults} }]`,
  ].join('\n');
}

/**
 * Returns why it is undecided whether pods get the resources that a quota requires: LimitRanges may not be read. Null
 * if it is decided.
 */
function unreadDefaults(facts: AgentClusterFacts): string | null {
  const { quotas = [], limitRanges } = facts;
  const asking = quotas.find((quota) => unstated(demandsOf(quota), facts).length > 0);
  return limitRanges !== undefined || asking === undefined
    ? null
    : `${objectName('ResourceQuota', asking)} asks for resources, and LimitRanges were not read`;
}

const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
  Pi: 1024 ** 5,
  Ei: 1024 ** 6,
};

/** A Kubernetes quantity (`500m`, `2Gi`, `1e3`) as a number; null where it is none. */
export function quantity(text: string): number | null {
  const found = /^([+-]?\d+(?:\.\d*)?|[+-]?\.\d+)(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/.exec(text);
  if (found === null) return null;
  const [, digits = '', exponent = '', suffix] = found;
  return Number(`${digits}${exponent}`) * (suffix === undefined ? 1 : (FACTORS[suffix] ?? 1));
}
