import { DEFAULTS } from './defaults.ts';
import { parseDuration } from './duration.ts';
import type { Environment } from './environment.ts';
import { resolve } from './input-files.ts';
import { inspectionOf } from './inspection-section.ts';
import type { KubernetesConfig } from './kubernetes-schema.ts';
import { DISCOVERY_SOURCES, type DiscoverySettings, type KubernetesSettings } from './kubernetes-settings.ts';
import type { ProblemSink } from './problems.ts';

const MAX_GRACE_MS = 24 * 3_600_000;

/** What the section is read beside. */
export interface SectionContext {
  /** The configured controllers. */
  readonly names: readonly string[];
  /** Of the configuration file. */
  readonly folder: string;
  /** How controllers are probed that are found; asked for only where any are looked for. */
  readonly probe: () => DiscoverySettings['probe'];
  readonly problems: ProblemSink;
}

/** The `kubernetes` section. */
export function kubernetesOf(section: KubernetesConfig, context: SectionContext): KubernetesSettings {
  const { kubeconfig, lease, events = false, inspection } = section;
  const discovery = discoveryOf(section, context);
  return {
    kubeconfig: kubeconfig === undefined ? null : resolve(kubeconfig, context.folder),
    events,
    lease: lease
      ? {
          mode: lease.mode ?? 'leader',
          name: lease.name ?? DEFAULTS.kubernetes.lease,
          namespace: lease.namespace ?? null,
        }
      : null,
    discovery,
    inspection: inspection
      ? inspectionOf(inspection, {
          // Discovered controllers have names that only the cluster knows.
          names: discovery === null ? context.names : null,
          everyNode: lease?.mode === 'every-node',
          problems: context.problems,
        })
      : null,
  };
}

function discoveryOf(
  { discovery }: KubernetesConfig,
  { probe, problems }: SectionContext,
): DiscoverySettings | null {
  if (discovery === undefined) return null;
  const { container, gracePeriod, limit } = DEFAULTS.kubernetes;
  const graceMs = parseDuration(discovery.gracePeriod ?? gracePeriod) ?? Number.NaN;
  if (!(graceMs <= MAX_GRACE_MS)) {
    problems.add('kubernetes.discovery.gracePeriod', 'must be a duration from 0s to 24h');
  }
  return {
    namespaces: discovery.namespaces ? [...new Set(discovery.namespaces)] : null,
    sources: discovery.sources ? [...new Set(discovery.sources)] : DISCOVERY_SOURCES,
    selector: discovery.selector ?? null,
    container: discovery.container ?? container,
    gracePeriodMs: graceMs,
    limit: discovery.limit ?? limit,
    probe: probe(),
  };
}

/** The label by which replicas that each see for themselves are told apart. */
export function nodeOf(
  { NODE_NAME: node }: Environment,
  problems: ProblemSink,
): Readonly<Record<string, string>> {
  if (node) return { node };
  const message = 'every-node needs the name of the node in the environment variable NODE_NAME';
  problems.add('kubernetes.lease.mode', message);
  return {};
}
