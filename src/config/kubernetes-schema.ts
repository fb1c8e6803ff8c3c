import { type Static, Type } from 'typebox';
import { DEFAULTS } from './defaults.ts';
import { Inspection } from './inspection-schema.ts';
import { DISCOVERY_SOURCES, LEASE_MODES } from './kubernetes-settings.ts';
import { duration, kubernetesName, optional, strict, text } from './schema-parts.ts';

/** The `kubernetes` section of the configuration file. */
export const Kubernetes = strict(
  {
    kubeconfig: optional(
      text(
        "A kubeconfig, relative to the configuration file; else the service account of the probe's own pod.",
        4096,
      ),
    ),
    discovery: optional(
      strict(
        {
          namespaces: optional(
            Type.Array(kubernetesName('A namespace.'), {
              minItems: 1,
              maxItems: 100,
              description: "Where to look; else the probe's own namespace.",
            }),
          ),
          sources: optional(
            Type.Array(Type.Enum([...DISCOVERY_SOURCES]), {
              minItems: 1,
              maxItems: 3,
              description:
                "What to look at: pods of agents, and services and ingresses with the probe's annotations; else all three.",
            }),
          ),
          selector: optional(
            text(
              "A label selector for the agents' pods; else pods labelled as the Kubernetes plugin of Jenkins does.",
            ),
          ),
          container: optional(
            kubernetesName('The container that runs the agent.', DEFAULTS.kubernetes.container),
          ),
          gracePeriod: optional(
            duration(
              'How long a controller is watched after the last object that names it has gone; from 0s to 24h.',
              DEFAULTS.kubernetes.gracePeriod,
            ),
          ),
          limit: optional(
            Type.Integer({
              minimum: 1,
              maximum: 1000,
              default: DEFAULTS.kubernetes.limit,
              description: 'No more discovered controllers than these.',
            }),
          ),
        },
        'Find the controllers that the agents in the cluster use.',
      ),
    ),
    lease: optional(
      strict(
        {
          mode: optional(
            Type.Enum([...LEASE_MODES], {
              default: LEASE_MODES[0],
              description:
                'leader: one replica probes, the others follow its verdicts; every-node: each sees for itself and labels its metrics with its node.',
            }),
          ),
          name: optional(kubernetesName('The name of the Lease.', DEFAULTS.kubernetes.lease)),
          namespace: optional(kubernetesName("Its namespace; else the probe's own.")),
        },
        'How several replicas share the work. Without it each one probes.',
      ),
    ),
    events: optional(
      Type.Boolean({
        default: false,
        description:
          "Write a Kubernetes Event when a verdict changes or a root cause is found: on the controller's annotated Services, else on the probe's own pod.",
      }),
    ),
    inspection: optional(Inspection),
  },
  'What to do inside a Kubernetes cluster. Without this section the Kubernetes client is not even loaded.',
);

export type KubernetesConfig = Static<typeof Kubernetes>;
