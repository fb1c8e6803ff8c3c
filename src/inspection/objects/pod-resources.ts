import type { AgentClusterFacts } from '../cluster-facts.ts';
import { agentContainer } from './agent-container.ts';
import type { Container, LimitRange, ResourceQuota } from './objects.ts';

/** Resources that a pod has to state once a quota counts them: the API server's `failed quota: … must specify …`. */
const ENFORCED = /^(?:(requests|limits)\.)?(cpu|memory)$/;

/**
 * Returns the values that a quota requires of every container: `limits.cpu`, `requests.memory`. In a quota, `cpu` alone
 * means the request.
 */
export function demandsOf({ spec, status }: ResourceQuota): readonly string[] {
  const names = Object.keys(spec?.hard ?? status?.hard ?? {}).flatMap((name) => {
    const [, kind = 'requests', resource] = ENFORCED.exec(name) ?? [];
    return resource === undefined ? [] : [`${kind}.${resource}`];
  });
  return [...new Set(names)].sort();
}

/**
 * Returns true if a quota counts only some pods: by priority class, by quality of service, or those with a deadline.
 */
export function isScoped({ spec }: ResourceQuota): boolean {
  return (spec?.scopes ?? []).length > 0 || spec?.scopeSelector !== undefined;
}

/** Those of the demands that neither a LimitRange fills in nor the agents that are there state themselves. */
export function unstated(
  demands: readonly string[],
  { limitRanges = [], agentPods = [] }: Pick<AgentClusterFacts, 'limitRanges' | 'agentPods'>,
): readonly string[] {
  const agents = agentPods.filter((pod) => agentContainer(pod) !== null);
  const containers = agents.flatMap(({ spec }) => [
    ...(spec?.containers ?? []),
    ...(spec?.initContainers ?? []),
  ]);
  const givenByAll = (demand: string) =>
    containers.length > 0 && containers.every((each) => states(each, demand));
  return demands.filter((demand) => !fills(limitRanges, demand) && !givenByAll(demand));
}

/** A limit without a request counts as both. */
function states({ resources = {} }: Container, demand: string): boolean {
  const { limits = {}, requests = {} } = resources;
  const [kind, resource = ''] = demand.split('.');
  return limits[resource] !== undefined || (kind === 'requests' && requests[resource] !== undefined);
}

/**
 * Returns true if a LimitRange sets a default for a value. `default` comes from `max`; `defaultRequest` comes from
 * `default`, else from `min`.
 */
function fills(limitRanges: readonly LimitRange[], demand: string): boolean {
  const [kind, resource = ''] = demand.split('.');
  return limitRanges
    .flatMap(({ spec }) => spec?.limits ?? [])
    .filter(({ type }) => type === 'Container')
    .some(({ default: limit = {}, max = {}, defaultRequest = {}, min = {} }) => {
      const given = kind === 'limits' ? [limit, max] : [defaultRequest, limit, max, min];
      return given.some((each) => each[resource] !== undefined);
    });
}
