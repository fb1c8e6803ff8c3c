import type { AgentScope, ControllerScope, InspectionScope } from '../../config/inspection-settings.ts';
import { systemClock } from '../../daemon/system-clock.ts';
import {
  inspectAgentCluster,
  inspectControllerCluster,
  type RuleResult,
} from '../../inspection/apply-rules.ts';
import { destinationsOf } from '../../inspection/objects/destinations.ts';
import { readAgentLog } from '../../logs/agent-log.ts';
import type { StepResult } from '../../model/result.ts';
import type { Inspection } from '../../report/cluster-report.ts';
import type { ApiServerError } from '../api/api-error.ts';
import { connectKubernetes, type KubernetesClient } from '../api/client.ts';
import { collectAgentCluster, type ReadLog } from './collect-agent-cluster.ts';
import { collectControllerCluster } from './collect-controller-cluster.ts';

/** The route of agents to one controller. The objects are judged for it. */
export interface AgentRoute {
  /** The name of the controller; null: it has none here. */
  readonly controller: string | null;
  /** The Jenkins URL as agents use it; null if it is unknown. */
  readonly url: string | null;
  /** The results of the probes from here; empty if nothing was probed. */
  readonly steps: readonly StepResult[];
  /** The agent port that the controller announces; null: nothing was probed, or it announces none. */
  readonly announcedPort: number | null;
}

/** The objects of one scope, read once: they can be judged for any controller. */
export interface ReadObjects {
  readonly scope: InspectionScope;
  readonly namespace: string;
  /** The reason why the whole read failed; null if something was read. */
  readonly failure: ApiServerError | null;
  judge(route: AgentRoute): readonly RuleResult[];
}

/** Reads the objects of a scope and changes nothing. Rules are skipped if their objects may not be read. */
export function readObjects(
  client: KubernetesClient,
  scope: InspectionScope,
  signal?: AbortSignal,
): Promise<ReadObjects> {
  return scope.role === 'agent-cluster'
    ? readAgentCluster(client, scope, signal)
    : readControllerCluster(client, scope, signal);
}

/**
 * Inspects scopes of the cluster of a kubeconfig, or of the cluster of our own pod if the kubeconfig is null.
 * @throws {ApiServerError} if the kubeconfig or the service account cannot be used
 */
export async function inspectCluster(
  kubeconfig: string | null,
  scopes: readonly InspectionScope[],
  route: AgentRoute,
  signal?: AbortSignal,
): Promise<readonly Inspection[]> {
  const client = await connectKubernetes(kubeconfig, systemClock);
  try {
    const inspections: Inspection[] = [];
    for (const scope of scopes) inspections.push(judged(await readObjects(client, scope, signal), route));
    return inspections;
  } finally {
    await client.close();
  }
}

/** Returns the results of the rules for a controller. */
export function judged({ scope, namespace, judge }: ReadObjects, route: AgentRoute): Inspection {
  return { role: scope.role, namespace, results: judge(route) };
}

async function readAgentCluster(
  client: KubernetesClient,
  scope: AgentScope,
  signal?: AbortSignal,
): Promise<ReadObjects> {
  const { facts, missing, failure } = await collectAgentCluster(client, scope, currentFindings, signal);
  return {
    scope,
    namespace: facts.namespace,
    failure,
    judge: ({ steps }) =>
      inspectAgentCluster({ ...facts, destinations: destinationsOf(steps), steps }, missing),
  };
}

async function readControllerCluster(
  client: KubernetesClient,
  scope: ControllerScope,
  signal?: AbortSignal,
): Promise<ReadObjects> {
  const { facts, missing, failure } = await collectControllerCluster(client, scope, signal);
  return {
    scope,
    namespace: facts.namespace,
    failure,
    judge({ controller, url, steps, announcedPort }) {
      const path = `/health${controller === null ? '' : `/${controller}`}?entrypoint=agent-port`;
      const health = { nodePort: scope.healthNodePort, path };
      return inspectControllerCluster({ ...facts, url, health, steps, announcedPort }, missing);
    },
  };
}

/** Returns the current findings in the end of an agent's log. */
const currentFindings: ReadLog = (text) =>
  readAgentLog(text)
    .findings.filter(({ past }) => !past)
    .map(({ code, quote }) => ({ code, line: quote }));
