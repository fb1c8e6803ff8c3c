import { systemClock } from '../daemon/clock.ts';
import { readAgentLog } from '../diagnosis/agent-log.ts';
import type { ClusterRole } from '../diagnosis/kubernetes/cluster-report.ts';
import type { Account } from '../diagnosis/kubernetes/facts.ts';
import { AGENT_PORT } from '../diagnosis/kubernetes/facts.ts';
import {
  inspectAgentCluster,
  inspectControllerCluster,
  type RuleResult,
} from '../diagnosis/kubernetes/inspect.ts';
import type { Destination } from '../diagnosis/kubernetes/network-policy.ts';
import { connectKubernetes } from './client.ts';
import { collectAgentCluster } from './collect-agent-cluster.ts';
import { collectControllerCluster } from './collect-controller-cluster.ts';

/** What to inspect, and as whom. */
export interface InspectionRequest {
  readonly role: ClusterRole;
  /** null: the one that we live in, or of the kubeconfig's context. */
  readonly namespace: string | null;
  /** null: the service account of the pod. */
  readonly kubeconfig: string | null;
  /** As whom Jenkins makes agent pods; null: not known, and its rights are not checked. */
  readonly account: Account | null;
  /** The Jenkins URL as agents use it; null: not known. */
  readonly url: string | null;
  /** Where agents have to get to. */
  readonly destinations: readonly Destination[];
  /** Where ingress controllers are, seen from the cluster of the controller. */
  readonly ingressNamespaces: readonly string[];
  readonly signal?: AbortSignal;
}

/** What an inspection came to. */
export interface Inspection {
  readonly namespace: string;
  readonly results: readonly RuleResult[];
}

/**
 * Reads the objects of a cluster and judges them. What may not be read is a skipped rule; nothing is changed.
 * @throws {ApiServerError} where there is no cluster to ask
 */
export async function inspectCluster(request: InspectionRequest): Promise<Inspection> {
  const { role, account, url, destinations, ingressNamespaces, signal } = request;
  const client = await connectKubernetes(request.kubeconfig, systemClock);
  const namespace = request.namespace ?? client.namespace;
  try {
    if (role === 'agent-cluster') {
      const { facts, missing } = await collectAgentCluster(
        client,
        {
          namespace,
          account,
          dynamicVolumes: false,
          otherNamespaces: null,
          tokens: false,
          destinations,
          readLog: (text) =>
            readAgentLog(text)
              .findings.filter(({ past }) => !past)
              .map(({ code, quote }) => ({ code, line: quote })),
        },
        signal,
      );
      return { namespace, results: inspectAgentCluster(facts, missing) };
    }
    const { facts, missing } = await collectControllerCluster(
      client,
      {
        namespace,
        agentPort: AGENT_PORT,
        url,
        ingressNamespaces,
        health: { nodePort: null, path: '/health?endpoint=agent-port' },
        provider: null,
      },
      signal,
    );
    return { namespace, results: inspectControllerCluster(facts, missing) };
  } finally {
    await client.close();
  }
}
