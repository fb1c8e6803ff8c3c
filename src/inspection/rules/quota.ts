import type { AgentClusterFacts } from '../cluster-facts.ts';
import { objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';

export const QUOTA_RULES: readonly InspectionRule<AgentClusterFacts>[] = [
  {
    name: 'quota-left',
    step: 'k8s-quota',
    holds: 'the quotas leave room for agents',
    needs: ['quotas'],
    codes: ['quota-exceeded'],
    find: quotaLeft,
  },
];

/** Resources without which no pod can be made. */
const NEEDED_BY_PODS = /^(pods|count\/pods|(requests\.|limits\.)?(cpu|memory|ephemeral-storage))$/;

/** No quota of the agents' namespace is used up. */
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
          confidence: 'certain',
        } as const,
      ];
    });
  });
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
