import type { Command } from 'commander';
import { CLUSTER_ROLES, type ClusterRole, withCluster } from '../diagnosis/kubernetes/cluster-report.ts';
import type { Account } from '../diagnosis/kubernetes/facts.ts';
import type { Destination } from '../diagnosis/kubernetes/network-policy.ts';
import type { Report } from '../diagnosis/report.ts';
import type { Target } from '../probe/target.ts';
import { parseHostPort } from '../protocol/host-port.ts';
import { UsageError } from './io.ts';

/** The options by which `diagnose` inspects the objects of a cluster as well. */
export interface ClusterOptions {
  readonly kubernetes?: boolean;
  readonly role?: ClusterRole;
  readonly namespace?: string;
  readonly kubeconfig?: string;
  readonly serviceAccount?: string;
  readonly ingressNamespace?: readonly string[];
}

/** Adds the options of an inspection to a command. */
export function addClusterOptions(command: Command): Command {
  return command
    .option('--kubernetes', 'inspect Kubernetes objects as well')
    .option('--role <ROLE>', `what the cluster is: ${CLUSTER_ROLES.join(' (default) or ')}`, parseRole)
    .option('--namespace <NAME>', "where the agents, or the controller, run (default: the pod's own)")
    .option('--kubeconfig <FILE>', 'how to reach the cluster (default: the service account of this pod)')
    .option('--service-account <[NS/]NAME>', 'as whom Jenkins makes agent pods; its rights are checked')
    .option('--ingress-namespace <NAME...>', 'where ingress controllers run, seen from the controller');
}

/** Inspects the cluster, where that was asked for, and lays what it finds beside the report. */
export async function inspected(
  report: Report,
  target: Target,
  options: ClusterOptions,
  signal: AbortSignal,
): Promise<Report> {
  if (options.kubernetes !== true) return report;
  const role = options.role ?? 'agent-cluster';
  // The Kubernetes client is large: it is loaded only here.
  const { inspectCluster } = await import('../kubernetes/inspection.ts');
  const { ApiServerError } = await import('../kubernetes/api-error.ts');
  try {
    const { namespace, results } = await inspectCluster({
      role,
      namespace: options.namespace ?? null,
      kubeconfig: options.kubeconfig ?? null,
      account: accountOf(options),
      url: target.url?.href ?? null,
      destinations: destinationsOf(report),
      ingressNamespaces: options.ingressNamespace ?? [],
      signal,
    });
    return withCluster(report, role, namespace, results);
  } catch (error) {
    if (!(error instanceof ApiServerError)) throw error;
    // What the probes found is not lost for it.
    const gap = { what: 'the objects of the cluster', why: error.message };
    return { ...report, notChecked: [...report.notChecked, gap] };
  }
}

/** Where agents have to get to, by the addresses that the probes tried. */
function destinationsOf({ steps }: Report): readonly Destination[] {
  const places = new Map<string, Destination>();
  for (const { step, address } of steps) {
    if (address === null || (step !== 'web-connect' && step !== 'port-connect')) continue;
    const { host, port } = parseHostPort(address);
    const name = `${step === 'web-connect' ? 'Jenkins URL' : 'agent port'} ${address}`;
    const peer = { namespace: null, labels: null, namespaceLabels: null, address: host, ports: [] };
    places.set(`${step} ${address}`, { name, port, protocol: 'TCP', peers: [peer] });
  }
  return [...places.values()];
}

function accountOf({ serviceAccount, namespace }: ClusterOptions): Account | null {
  if (serviceAccount === undefined) return null;
  const [first = '', second] = serviceAccount.split('/');
  if (second !== undefined) return { namespace: first, name: second };
  if (namespace === undefined) throw new UsageError('--service-account needs NAMESPACE/NAME, or --namespace');
  return { namespace, name: first };
}

function parseRole(text: string): ClusterRole {
  const role = CLUSTER_ROLES.find((each) => each === text);
  if (role === undefined) throw new UsageError(`--role must be ${CLUSTER_ROLES.join(' or ')}`);
  return role;
}
