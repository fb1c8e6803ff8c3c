import type { Command } from 'commander';
import { concerns, type InspectionScope } from '../config/inspection-settings.ts';
import { announcedPortOf } from '../inspection/objects/destinations.ts';
import type { AgentRoute } from '../kubernetes/inspection/read-objects.ts';
import { PROVIDERS, type Provider } from '../model/provider.ts';
import type { ProbeResult } from '../model/result.ts';
import type { Target } from '../model/target.ts';
import type { Inspection } from '../report/cluster-report.ts';
import { CLUSTER_SIDES, type ClusterSide } from '../report/cluster-section.ts';
import type { Report } from '../report/report.ts';
import { choiceOption } from './choice-option.ts';
import { configFileOf, type Io, UsageError } from './io.ts';

/** The options for inspecting Kubernetes objects. */
export interface ClusterOptions {
  readonly config?: string;
  readonly kubernetes?: boolean;
  readonly role?: ClusterSide;
  readonly namespace?: string;
  readonly kubeconfig?: string;
  readonly serviceAccount?: string;
  readonly tokens?: boolean;
  readonly ingressNamespace?: readonly string[];
  readonly provider?: Provider;
}

/** The options that select what to inspect. Without any of them the configuration does. */
const SCOPE_OPTIONS = [
  'role',
  'namespace',
  'serviceAccount',
  'tokens',
  'ingressNamespace',
  'provider',
] as const;

/** Adds the options of an inspection to a command. */
export function addClusterOptions(command: Command): Command {
  return command
    .optionsGroup('Kubernetes:')
    .option(
      '--kubernetes',
      'also inspect Kubernetes objects, as set in kubernetes.inspection or by the options below',
    )
    .addOption(choiceOption('--role <ROLE>', 'role of the cluster; the first is the default', CLUSTER_SIDES))
    .option('--namespace <NAME>', "namespace of the agents or the controller (default: the pod's own)")
    .option('--kubeconfig <FILE>', 'kubeconfig of the cluster (default: the service account of this pod)')
    .option(
      '--service-account <[NS/]NAME>',
      'account with which Jenkins creates agent pods; its rights are checked',
    )
    .option(
      '--tokens',
      'also search for a token Secret of that account: lists Secrets, keeps only account names',
    )
    .option('--ingress-namespace <NAME...>', "namespaces of ingress controllers in the controller's cluster")
    .addOption(
      choiceOption(
        '--provider <NAME>',
        'cloud provider of the load balancers (default: read from a node)',
        PROVIDERS,
      ),
    );
}

/** Inspects the cluster if the options request it, and returns the report with the findings. */
export async function inspected(
  report: Report,
  results: readonly ProbeResult[],
  target: Target,
  options: ClusterOptions,
  io: Io,
): Promise<Report> {
  if (options.kubernetes !== true) return report;
  const route = {
    controller: configFileOf(options.config, io.env) === undefined ? null : target.name,
    url: target.url?.href ?? null,
    steps: report.steps,
    announcedPort: announcedPortOf(results),
  };
  const { ApiServerError } = await import('../kubernetes/api/api-error.ts');
  const { withInspection } = await import('../report/cluster-report.ts');
  try {
    return (await inspect(options, target.name, route, io)).reduce(withInspection, report);
  } catch (error) {
    if (!(error instanceof ApiServerError)) throw error;
    // Keeps what the probes found.
    const gap = { what: 'the objects of the cluster', why: error.message };
    return { ...report, notChecked: [...report.notChecked, gap] };
  }
}

/** Inspects the cluster without a probe. @throws {UsageError} if the API server cannot be read */
export async function inspectedAlone(options: ClusterOptions, io: Io): Promise<readonly Inspection[]> {
  const { ApiServerError } = await import('../kubernetes/api/api-error.ts');
  try {
    return await inspect(options, null, { controller: null, url: null, steps: [], announcedPort: null }, io);
  } catch (error) {
    if (error instanceof ApiServerError) throw new UsageError(`the cluster cannot be read: ${error.message}`);
    throw error;
  }
}

async function inspect(
  options: ClusterOptions,
  controller: string | null,
  route: AgentRoute,
  io: Io,
): Promise<readonly Inspection[]> {
  const { kubeconfig, scopes } = await wanted(options, controller, io);
  // The Kubernetes client is large: it is loaded only here.
  const { inspectCluster } = await import('../kubernetes/inspection/read-objects.ts');
  return inspectCluster(kubeconfig, scopes, route, io.signal);
}

/** Returns the cluster and the scopes to inspect: from the options, else from the configuration. */
async function wanted(
  options: ClusterOptions,
  controller: string | null,
  io: Io,
): Promise<{ readonly kubeconfig: string | null; readonly scopes: readonly InspectionScope[] }> {
  const file = configFileOf(options.config, io.env);
  const kubeconfig = options.kubeconfig ?? null;
  if (
    file !== undefined &&
    controller !== null &&
    SCOPE_OPTIONS.every((name) => options[name] === undefined)
  ) {
    const { loadSettings } = await import('../config/load.ts');
    const { kubernetes } = loadSettings({ file, env: io.env });
    const scopes = kubernetes?.inspection?.scopes.filter((scope) => concerns(scope, controller)) ?? [];
    if (scopes.length > 0) return { kubeconfig: kubeconfig ?? kubernetes?.kubeconfig ?? null, scopes };
  }
  return { kubeconfig, scopes: [await scopeOf(options)] };
}

async function scopeOf(options: ClusterOptions): Promise<InspectionScope> {
  const { agentScopeOf, controllerScopeOf } = await import('../config/inspection-section.ts');
  const { role, namespace, ingressNamespace, provider, serviceAccount, tokens } = options;
  const place = namespace === undefined ? {} : { namespace };
  if (role === 'controller-cluster') {
    return controllerScopeOf({
      ...place,
      ...(ingressNamespace && { ingressNamespaces: [...ingressNamespace] }),
      ...(provider && { provider }),
    });
  }
  const account = { ...(serviceAccount && { serviceAccount }), ...(tokens && { tokens }) };
  return { ...agentScopeOf({ ...place, ...account }), bindingNamespaces: null };
}
