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
  Type.Array(textValue('The name of a controller.', 100), {
    minItems: 1,
    maxItems: 100,
    description: 'The controllers that these objects are about; else all.',
  }),
);

/** One entry of `agents`. */
export const AgentNamespace = strict(
  {
    namespace: optional(kubernetesName("Where the agents' pods are made; else the probe's own namespace.")),
    for: concerned,
    serviceAccount: optional(
      serviceAccountName(
        'As whom Jenkins makes them, `NAMESPACE/NAME`, or `NAME` in the same namespace. Without it its rights are not checked.',
      ),
    ),
    bindingNamespaces: optional(
      namespaces("Other namespaces where a misplaced RoleBinding is looked for; else the account's own."),
    ),
    dynamicVolumes: defaulted(
      Type.Boolean({
        description: 'Whether pod templates use dynamic volumes, which takes rights on volume claims.',
      }),
      false,
    ),
    tokens: defaulted(
      Type.Boolean({
        description:
          "Also look for a token Secret of the account. Needs the right to list every Secret of the account's namespace; only the names of accounts are kept.",
      }),
      false,
    ),
  },
  'A namespace where agents run.',
);

/** One entry of `controllers`. */
export const ControllerNamespace = strict(
  {
    namespace: optional(kubernetesName("Where the controller runs; else the probe's own namespace.")),
    for: concerned,
    agentPort: defaulted(
      port(
        'The agent port of the controller, where neither the controller announces it nor its container declares it.',
      ),
      50_000,
    ),
    ingressNamespaces: optional(namespaces('Where ingress controllers run; else they are not looked at.')),
    exposures: defaulted(
      Type.Union(
        [
          Type.Enum(['auto', 'all']),
          Type.Array(Type.Enum([...EXPOSURES]), { maxItems: EXPOSURES.length, uniqueItems: true }),
        ],
        {
          must: `be auto, all or a list of ${EXPOSURES.join(', ')}`,
          description:
            "Which APIs can publish the controller beside Services and Ingresses. auto: those that the cluster has; all: the same, with rights in the chart's Roles even for those that it has not; or a list of names.",
        },
      ),
      'auto',
    ),
    provider: optional(
      Type.Enum([...PROVIDERS], {
        description:
          'Whose load balancers the cluster has; else read from a node, where that is permitted, or from annotations.',
      }),
    ),
    healthNodePort: optional(
      port("The node port of the probe's own Service, to name in the fix of a check."),
    ),
  },
  'A namespace where a controller runs.',
);

/** What to inspect in the cluster. */
export const InspectionSchema = strict(
  {
    every: defaulted(
      cadence(
        'How often, from 1m to 24h; off: for a diagnosis only. With `lease.mode` every-node it is off, for every node would read the same.',
        ['1m', '24h'],
      ),
      '5m',
    ),
    agents: optional(
      Type.Array(AgentNamespace, {
        maxItems: 20,
        description: 'Where agents run. Default, with no `controllers`: here.',
      }),
    ),
    controllers: optional(
      Type.Array(ControllerNamespace, { maxItems: 20, description: 'Where controllers run.' }),
    ),
  },
  'Judge the objects of the cluster: for each diagnosis, and now and then.',
);

export type InspectionConfig = Static<typeof InspectionSchema>;
