import { durationMs } from './duration.ts';
import type { Environment } from './environment.ts';
import { resolve } from './input-files.ts';
import { inspectionOf } from './inspection-section.ts';
import { DISCOVERY_SOURCES, type KubernetesConfig } from './kubernetes-schema.ts';
import type { DiscoverySettings, KubernetesSettings } from './kubernetes-settings.ts';
import type { ProblemSink } from './problems.ts';

/** What the section is read beside. */
interface SectionContext {
  /** The configured controllers; null: not all of them are known. */
  readonly names: readonly string[] | null;
  /** Of the configuration file. */
  readonly folder: string;
  /** How controllers are probed that are found; asked for only where any are looked for. */
  readonly probe: () => DiscoverySettings['probe'];
  readonly problems: ProblemSink;
}

/** The `kubernetes` section. */
export function kubernetesOf(section: KubernetesConfig, context: SectionContext): KubernetesSettings {
  const { kubeconfig, lease, inspection, discovery: _, ...plain } = section;
  const discovery = discoveryOf(section, context);
  return {
    ...plain,
    kubeconfig: kubeconfig === undefined ? null : resolve(kubeconfig, context.folder),
    lease: lease ? { ...lease, namespace: lease.namespace ?? null } : null,
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

function discoveryOf({ discovery }: KubernetesConfig, { probe }: SectionContext): DiscoverySettings | null {
  if (discovery === undefined) return null;
  const { namespaces, sources, selector, gracePeriod, ...plain } = discovery;
  return {
    ...plain,
    namespaces: namespaces ? [...new Set(namespaces)] : null,
    sources: sources ? [...new Set(sources)] : DISCOVERY_SOURCES,
    selector: selector ?? null,
    gracePeriodMs: durationMs(gracePeriod),
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
