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

/** The options by which `diagnose` inspects the objects of a cluster as well. */
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

/** Those that say what to inspect; without any of them the configuration says it. */
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
      'inspect Kubernetes objects as well: as kubernetes.inspection of the configuration, or as given here',
    )
    .addOption(choiceOption('--role <ROLE>', 'what the cluster is; the first is the default', CLUSTER_SIDES))
    .option('--namespace <NAME>', "where the agents, or the controller, run (default: the pod's own)")
    .option('--kubeconfig <FILE>', 'how to reach the cluster (default: the service account of this pod)')
    .option('--service-account <[NS/]NAME>', 'as whom Jenkins makes agent pods; its rights are checked')
    .option(
      '--tokens',
      'also look for a token Secret of that account: lists Secrets, keeps names of accounts',
    )
    .option('--ingress-namespace <NAME...>', 'where ingress controllers run, seen from the controller')
    .addOption(
      choiceOption(
        '--provider <NAME>',
        'whose load balancers the cluster has (default: as a node says)',
        PROVIDERS,
      ),
    );
}

/** Inspects the cluster, where that was asked for, and lays what it finds beside the report. */
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
    // What the probes found is not lost for it.
    const gap = { what: 'the objects of the cluster', why: error.message };
    return { ...report, notChecked: [...report.notChecked, gap] };
  }
}

/** Inspects the cluster where nothing else is looked at. @throws {UsageError} where there is no cluster to ask */
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

/** What to inspect, and where: by the options, or else by the configuration. */
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
