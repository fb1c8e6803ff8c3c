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

/** What objects of a cluster controllers are discovered from. */
export const DISCOVERY_SOURCES = ['pods', 'services', 'ingresses'] as const;
export type DiscoverySource = (typeof DISCOVERY_SOURCES)[number];

/** `leader`: one replica probes and the others follow; `every-node`: each sees for itself, from its own node. */
const LEASE_MODES = ['leader', 'every-node'] as const;
export type LeaseMode = (typeof LEASE_MODES)[number];

const Discovery = strict(
  {
    namespaces: optional(namespaces("Where to look; else the probe's own namespace.")),
    sources: optional(
      Type.Array(Type.Enum([...DISCOVERY_SOURCES]), {
        minItems: 1,
        maxItems: 3,
        description:
          "What to look at: pods of agents, and services and ingresses with the probe's annotations; else all three.",
      }),
    ),
    selector: optional(
      textValue(
        "A label selector for the agents' pods; else pods labelled as the Kubernetes plugin of Jenkins does.",
      ),
    ),
    container: defaulted(kubernetesName('The container that runs the agent.'), 'jnlp'),
    gracePeriod: defaulted(
      duration(
        'How long a controller is watched after the last object that names it has gone; from 0s to 24h.',
        ['0s', '24h'],
      ),
      '10m',
    ),
    limit: defaulted(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description: 'No more discovered controllers than these.',
      }),
      100,
    ),
  },
  'Find the controllers that the agents in the cluster use.',
);

const Lease = strict(
  {
    mode: defaulted(
      Type.Enum([...LEASE_MODES], {
        description:
          'leader: one replica probes, the others follow its verdicts; every-node: each sees for itself and labels its metrics with its node.',
      }),
      'leader',
    ),
    name: defaulted(kubernetesName('The name of the Lease.'), 'jenkins-agent-probe'),
    namespace: optional(kubernetesName("Its namespace; else the probe's own.")),
  },
  'How several replicas share the work. Without it each one probes.',
);

/** The `kubernetes` section of the configuration file. */
export const Kubernetes = strict(
  {
    kubeconfig: optional(
      file(
        "A kubeconfig, relative to the configuration file; else the service account of the probe's own pod.",
      ),
    ),
    discovery: optional(Discovery),
    lease: optional(Lease),
    events: defaulted(
      Type.Boolean({
        description:
          "Write a Kubernetes Event when a verdict changes or a root cause is found: on the controller's annotated Services, else on the probe's own pod.",
      }),
      false,
    ),
    inspection: optional(InspectionSchema),
  },
  'What to do inside a Kubernetes cluster. Without this section the Kubernetes client is not even loaded.',
);

export type KubernetesConfig = Static<typeof Kubernetes>;
