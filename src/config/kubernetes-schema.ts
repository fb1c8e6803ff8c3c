import { type Static, Type } from 'typebox';
import { InspectionSchema } from './inspection-schema.ts';
import {
  defaulted,
  duration,
  file,
  kubernetesName,
  namespaces,
  optional,
  strict,
  textValue,
} from './schema-parts.ts';

/** The kinds of objects from which controllers are discovered. */
export const DISCOVERY_SOURCES = ['pods', 'services', 'ingresses'] as const;
export type DiscoverySource = (typeof DISCOVERY_SOURCES)[number];

/** `leader`: one replica probes and the others use its verdicts; `every-node`: each replica probes from its own node. */
const LEASE_MODES = ['leader', 'every-node'] as const;
export type LeaseMode = (typeof LEASE_MODES)[number];

const Discovery = strict(
  {
    namespaces: optional(namespaces('Namespaces to search. Default: the namespace of the probe.')),
    sources: optional(
      Type.Array(Type.Enum([...DISCOVERY_SOURCES]), {
        minItems: 1,
        maxItems: 3,
        description:
          "Objects to read: pods of agents, and services and ingresses with the probe's annotations. Default: all three.",
      }),
    ),
    selector: optional(
      textValue(
        "Label selector for the agents' pods. Default: the labels of the Kubernetes plugin of Jenkins.",
      ),
    ),
    container: defaulted(kubernetesName('Name of the container that runs the agent.'), 'jnlp'),
    gracePeriod: defaulted(
      duration(
        'Time for which a controller is still probed after the last object that names it was deleted; from 0s to 24h.',
        ['0s', '24h'],
      ),
      '10m',
    ),
    limit: defaulted(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description: 'Maximum number of discovered controllers.',
      }),
      100,
    ),
  },
  'Discover the controllers that the agents in the cluster use.',
);

const Lease = strict(
  {
    mode: defaulted(
      Type.Enum([...LEASE_MODES], {
        description:
          'leader: one replica probes and the others use its verdicts; every-node: each replica probes and labels its metrics with its node.',
      }),
      'leader',
    ),
    name: defaulted(kubernetesName('Name of the Lease.'), 'jenkins-agent-probe'),
    namespace: optional(kubernetesName('Namespace of the Lease. Default: the namespace of the probe.')),
  },
  'Coordination of several replicas. Without it, each replica probes.',
);

/** The `kubernetes` section of the configuration file. */
export const Kubernetes = strict(
  {
    kubeconfig: optional(
      file(
        "Kubeconfig file, relative to the configuration file. Default: the service account of the probe's own pod.",
      ),
    ),
    discovery: optional(Discovery),
    lease: optional(Lease),
    events: defaulted(
      Type.Boolean({
        description:
          "Write a Kubernetes Event when a verdict changes or a root cause is found. It is attached to the controller's annotated Services, or else to the probe's own pod.",
      }),
      false,
    ),
    inspection: optional(InspectionSchema),
  },
  'Features that use the Kubernetes API. Without this section the Kubernetes client is not loaded.',
);

export type KubernetesConfig = Static<typeof Kubernetes>;
