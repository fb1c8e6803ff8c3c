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

/** How agents reach one controller: what the objects are judged for. */
export interface AgentRoute {
  /** The name of the controller; null: it has none here. */
  readonly controller: string | null;
  /** The Jenkins URL as agents use it; null: not known. */
  readonly url: string | null;
  /** What the probes found on the way from here; empty: nothing was probed. */
  readonly steps: readonly StepResult[];
  /** The agent port that the controller announces; null: nothing was probed, or it announces none. */
  readonly announcedPort: number | null;
}

/** The objects of one scope, read once: they can be judged for any controller. */
export interface ReadObjects {
  readonly scope: InspectionScope;
  readonly namespace: string;
  /** Why nothing at all could be read; null where something was. */
  readonly failure: ApiServerError | null;
  judge(route: AgentRoute): readonly RuleResult[];
}

/** Reads the objects of a scope. What may not be read makes rules skipped; nothing is changed in the cluster. */
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
 * Inspects scopes of the cluster that a kubeconfig leads to, null: of the pod that we are.
 * @throws {ApiServerError} where there is no cluster to ask
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

/** What the objects come to for a controller. */
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

/** What the end of an agent's log tells of now. */
const currentFindings: ReadLog = (text) =>
  readAgentLog(text)
    .findings.filter(({ past }) => !past)
    .map(({ code, quote }) => ({ code, line: quote }));
