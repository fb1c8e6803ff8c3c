import { type Static, Type } from 'typebox';
import { AGENT_PORT, PROVIDERS } from '../inspection/facts.ts';
import { DEFAULTS } from './defaults.ts';
import { cadence, kubernetesName, optional, strict, text } from './schema-parts.ts';

const namespaces = (description: string) =>
  optional(Type.Array(kubernetesName('A namespace.'), { minItems: 1, maxItems: 100, description }));

const port = (description: string, standard?: number) =>
  Type.Integer({
    minimum: 1,
    maximum: 65_535,
    description,
    ...(standard !== undefined && { default: standard }),
  });

const concerned = optional(
  Type.Array(text('The name of a controller.', 100), {
    minItems: 1,
    maxItems: 100,
    description: 'The controllers that these objects are about; else all.',
  }),
);

const Agents = strict(
  {
    namespace: optional(kubernetesName("Where the agents' pods are made; else the probe's own namespace.")),
    for: concerned,
    serviceAccount: optional(
      Type.String({
        pattern: '^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/)?[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$',
        description:
          'As whom Jenkins makes them, `NAMESPACE/NAME`, or `NAME` in the same namespace. Without it its rights are not checked.',
      }),
    ),
    bindingNamespaces: namespaces(
      "Other namespaces where a misplaced RoleBinding is looked for; else the account's own.",
    ),
    dynamicVolumes: optional(
      Type.Boolean({
        default: false,
        description: 'Whether pod templates use dynamic volumes, which takes rights on volume claims.',
      }),
    ),
    tokens: optional(
      Type.Boolean({
        default: false,
        description:
          "Also look for a token Secret of the account. Needs the right to list every Secret of the account's namespace; only the names of accounts are kept.",
      }),
    ),
  },
  'A namespace where agents run.',
);

const Controllers = strict(
  {
    namespace: optional(kubernetesName("Where the controller runs; else the probe's own namespace.")),
    for: concerned,
    agentPort: optional(
      port(
        'The agent port of the controller, where neither the controller announces it nor its container declares it.',
        AGENT_PORT,
      ),
    ),
    ingressNamespaces: namespaces('Where ingress controllers run; else they are not looked at.'),
    provider: optional(
      Type.Enum([...PROVIDERS], {
        description:
          'Whose load balancers the cluster has; else read from a node, where that is permitted, or from annotations.',
      }),
    ),
    healthNodePort: optional(
      port("The node port of the probe's own Service, to name in what mends a check."),
    ),
  },
  'A namespace where a controller runs.',
);

/** What to inspect in the cluster. */
export const Inspection = strict(
  {
    every: optional(
      cadence(
        'How often, from 1m to 24h; off: for a diagnosis only. With `lease.mode` every-node it is off, for every node would read the same.',
        DEFAULTS.kubernetes.inspectionEvery,
      ),
    ),
    agents: optional(
      Type.Array(Agents, {
        maxItems: 20,
        description: 'Where agents run. Default, with no `controllers`: here.',
      }),
    ),
    controllers: optional(Type.Array(Controllers, { maxItems: 20, description: 'Where controllers run.' })),
  },
  'Judge the objects of the cluster: for each diagnosis, and now and then.',
);

export type InspectionConfig = Static<typeof Inspection>;
