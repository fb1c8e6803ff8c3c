import { type TSchema, Type } from 'typebox';

/** An object with only optional keys and without other keys. */
export const strict = <T extends Record<string, TSchema>>(
  properties: T,
  required: readonly (keyof T & string)[] = [],
) =>
  Type.Unsafe<Record<string, unknown>>({
    type: 'object',
    additionalProperties: false,
    properties,
    ...(required.length > 0 && { required }),
  });

/** An object of the Kubernetes API, copied without a check; the API server validates it. */
export const handedOn = () => Type.Unsafe<Record<string, unknown>>({ type: 'object' });
export const handedOnList = () => Type.Array(handedOn());

export const orNull = (schema: TSchema) => Type.Union([schema, Type.Null()]);
export const texts = () => Type.Record(Type.String(), Type.String());
export const textList = () => Type.Array(Type.String());
export const port = (minimum = 1) => Type.Integer({ minimum, maximum: 65_535 });
export const oneOf = (...values: string[]) => Type.Enum(values);
const count = (minimum: number) => Type.Integer({ minimum });

/** Pull secrets as in other charts: a string, or an object as in a pod. */
export const PullSecrets = Type.Array(
  Type.Union([Type.String({ minLength: 1 }), strict({ name: Type.String({ minLength: 1 }) }, ['name'])]),
);

const Source = strict({
  configMapKeyRef: handedOn(),
  secretKeyRef: handedOn(),
  fieldRef: handedOn(),
  resourceFieldRef: handedOn(),
  fileKeyRef: handedOn(),
});

export const EnvVars = Type.Array(
  strict({ name: Type.String({ minLength: 1 }), value: Type.String(), valueFrom: Source }, ['name']),
);

export const EnvFrom = Type.Array(
  strict({
    prefix: Type.String(),
    configMapRef: strict({ name: Type.String(), optional: Type.Boolean() }, ['name']),
    secretRef: strict({ name: Type.String(), optional: Type.Boolean() }, ['name']),
  }),
);

export const Tolerations = Type.Array(
  strict({
    key: Type.String(),
    operator: oneOf('Exists', 'Equal', 'Lt', 'Gt'),
    value: Type.String(),
    effect: oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute'),
    tolerationSeconds: Type.Integer(),
  }),
);

export const HostAliases = Type.Array(strict({ ip: Type.String(), hostnames: textList() }, ['ip']));

const quantity = () => Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]));

export const Resources = strict({ requests: quantity(), limits: quantity(), claims: handedOnList() });

const intOrText = () => Type.Union([Type.Integer(), Type.String()]);

/** A probe of the kubelet; empty: none. */
export const KubeletProbe = strict({
  httpGet: strict(
    {
      path: Type.String(),
      port: intOrText(),
      host: Type.String(),
      scheme: oneOf('HTTP', 'HTTPS'),
      httpHeaders: Type.Array(strict({ name: Type.String(), value: Type.String() }, ['name', 'value'])),
    },
    ['port'],
  ),
  exec: strict({ command: textList() }),
  tcpSocket: strict({ port: intOrText(), host: Type.String() }, ['port']),
  initialDelaySeconds: count(0),
  periodSeconds: count(1),
  timeoutSeconds: count(1),
  successThreshold: count(1),
  failureThreshold: count(1),
  terminationGracePeriodSeconds: count(1),
});

const Seccomp = strict(
  { type: oneOf('RuntimeDefault', 'Localhost', 'Unconfined'), localhostProfile: Type.String() },
  ['type'],
);
const shared = {
  runAsUser: count(0),
  runAsGroup: count(0),
  runAsNonRoot: Type.Boolean(),
  seLinuxOptions: handedOn(),
  windowsOptions: handedOn(),
  seccompProfile: Seccomp,
  appArmorProfile: handedOn(),
};

export const PodSecurityContext = strict({
  ...shared,
  fsGroup: count(0),
  fsGroupChangePolicy: oneOf('OnRootMismatch', 'Always'),
  supplementalGroups: Type.Array(count(0)),
  supplementalGroupsPolicy: oneOf('Merge', 'Strict'),
  seLinuxChangePolicy: oneOf('MountOption', 'Recursive'),
  sysctls: handedOnList(),
});

export const SecurityContext = strict({
  ...shared,
  allowPrivilegeEscalation: Type.Boolean(),
  privileged: Type.Boolean(),
  procMount: Type.String(),
  readOnlyRootFilesystem: Type.Boolean(),
  capabilities: strict({ add: textList(), drop: textList() }),
});

export const TopologySpread = Type.Array(
  strict(
    {
      maxSkew: count(1),
      topologyKey: Type.String({ minLength: 1 }),
      whenUnsatisfiable: oneOf('DoNotSchedule', 'ScheduleAnyway'),
      labelSelector: handedOn(),
      matchLabelKeys: textList(),
      minDomains: count(1),
      nodeAffinityPolicy: oneOf('Honor', 'Ignore'),
      nodeTaintsPolicy: oneOf('Honor', 'Ignore'),
    },
    ['maxSkew', 'topologyKey', 'whenUnsatisfiable'],
  ),
);

/** The peers of a rule of a NetworkPolicy. */
export const Peers = Type.Array(
  strict({
    podSelector: handedOn(),
    namespaceSelector: handedOn(),
    ipBlock: strict({ cidr: Type.String(), except: textList() }, ['cidr']),
  }),
);
