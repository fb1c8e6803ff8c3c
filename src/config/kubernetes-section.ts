import { durationMs } from './duration.ts';
import type { Environment } from './environment.ts';
import { fileNamed } from './file-reads.ts';
import { resolve } from './input-files.ts';
import { inspectionOf } from './inspection-section.ts';
import { DISCOVERY_SOURCES, type KubernetesConfig } from './kubernetes-schema.ts';
import type { DiscoverySettings, KubernetesSettings } from './kubernetes-settings.ts';
import type { ProblemSink } from './problems.ts';

/** The inputs of the section other than itself. */
interface SectionContext {
  /** The configured controllers; null if not all of them are known. */
  readonly names: readonly string[] | null;
  /** The folder of the configuration file. */
  readonly folder: string;
  /** Returns the probe settings of discovered controllers. Called only if discovery is on. */
  readonly probe: () => DiscoverySettings['probe'];
  readonly problems: ProblemSink;
}

/** Returns the settings of the `kubernetes` section. */
export function kubernetesOf(section: KubernetesConfig, context: SectionContext): KubernetesSettings {
  const { kubeconfig, lease, inspection, discovery: _, ...plain } = section;
  const discovery = discoveryOf(section, context);
  return {
    ...plain,
    kubeconfig: kubeconfig === undefined ? null : kubeconfigOf(kubeconfig, context),
    lease: lease ? { ...lease, namespace: lease.namespace ?? null } : null,
    discovery,
    inspection: inspection
      ? inspectionOf(inspection, {
          // The names of discovered controllers are still unknown.
          names: discovery === null ? context.names : null,
          everyNode: lease?.mode === 'every-node',
          problems: context.problems,
        })
      : null,
  };
}

/** Returns the path of a file that the client reads later. */
function kubeconfigOf(name: string, { folder }: SectionContext): string {
  const path = resolve(name, folder);
  fileNamed(path);
  return path;
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

/** Returns the label that distinguishes the replicas in mode `every-node`. */
export function nodeOf(
  { NODE_NAME: node }: Environment,
  problems: ProblemSink,
): Readonly<Record<string, string>> {
  if (node) return { node };
  const message = 'every-node needs the environment variable NODE_NAME with the name of the node';
  problems.add('kubernetes.lease.mode', message);
  return {};
}
