import { type Static, Type } from 'typebox';
import { EXPOSURES } from '../model/exposures.ts';
import { PROVIDERS } from '../model/provider.ts';
import {
  cadence,
  defaulted,
  kubernetesName,
  namespaces,
  optional,
  port,
  serviceAccountName,
  strict,
  textValue,
} from './schema-parts.ts';

const concerned = optional(
  Type.Array(textValue('Name of a controller.', 100), {
    minItems: 1,
    maxItems: 100,
    description: 'Names of the controllers that use these objects. Default: all.',
  }),
);

/** One entry of `agents`. */
export const AgentNamespace = strict(
  {
    namespace: optional(
      kubernetesName("Namespace of the agents' pods. Default: the namespace of the probe."),
    ),
    for: concerned,
    serviceAccount: optional(
      serviceAccountName(
        'Service account with which Jenkins creates the pods: `NAMESPACE/NAME`, or `NAME` in the same namespace. Without it, its rights are not checked.',
      ),
    ),
    bindingNamespaces: optional(
      namespaces(
        'Other namespaces to search for a misplaced RoleBinding. Default: the namespace of the account.',
      ),
    ),
    dynamicVolumes: defaulted(
      Type.Boolean({
        description: 'Set to true if pod templates use dynamic volumes, which need rights on volume claims.',
      }),
      false,
    ),
    tokens: defaulted(
      Type.Boolean({
        description:
          "Also search for a token Secret of the account. Needs the right to list every Secret in the account's namespace; only account names are kept.",
      }),
      false,
    ),
  },
  'A namespace where agents run.',
);

/** One entry of `controllers`. */
export const ControllerNamespace = strict(
  {
    namespace: optional(kubernetesName('Namespace of the controller. Default: the namespace of the probe.')),
    for: concerned,
    agentPort: defaulted(
      port(
        'Agent port of the controller, used if neither the controller announces a port nor its container declares one.',
      ),
      50_000,
    ),
    ingressNamespaces: optional(
      namespaces('Namespaces of ingress controllers. Without them, ingress controllers are not inspected.'),
    ),
    exposures: defaulted(
      Type.Union(
        [
          Type.Enum(['auto', 'all']),
          Type.Array(Type.Enum([...EXPOSURES]), { maxItems: EXPOSURES.length, uniqueItems: true }),
        ],
        {
          must: `be auto, all or a list of ${EXPOSURES.join(', ')}`,
          description:
            "APIs to inspect besides Services and Ingresses, because they can expose the controller. auto: the APIs that the cluster serves; all: the same, and the chart's Roles grant rights on every one; or a list of names.",
        },
      ),
      'auto',
    ),
    provider: optional(
      Type.Enum([...PROVIDERS], {
        description:
          'Cloud provider of the load balancers. Default: read from a node, if permitted, or from annotations.',
      }),
    ),
    healthNodePort: optional(
      port("Node port of the probe's own Service, to show in the fix of a health check."),
    ),
  },
  'A namespace where a controller runs.',
);

/** The `kubernetes.inspection` section. */
export const InspectionSchema = strict(
  {
    every: defaulted(
      cadence(
        'Interval of the inspection, from 1m to 24h; off: only for a diagnosis. With `lease.mode` every-node it is always off, because every node would read the same objects.',
        ['1m', '24h'],
      ),
      '5m',
    ),
    agents: optional(
      Type.Array(AgentNamespace, {
        maxItems: 20,
        description: 'Namespaces of agents. Default without `controllers`: the namespace of the probe.',
      }),
    ),
    controllers: optional(
      Type.Array(ControllerNamespace, { maxItems: 20, description: 'Namespaces of controllers.' }),
    ),
  },
  'Inspect objects of the cluster, for each diagnosis and at an interval.',
);

export type InspectionConfig = Static<typeof InspectionSchema>;
