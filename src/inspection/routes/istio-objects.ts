import { labelSelector, metadata } from '../objects/objects.ts';
import { list, number, object, type Read, type Shape, text, textMap, untouched } from '../objects/shape.ts';
import type { ExposureResource } from './route-reader.ts';

/* The parts of Istio's objects that are read, as of 1.31; v1, v1beta1 and v1alpha3 have the same fields. */

const istioGateway = object({
  metadata,
  spec: object({
    selector: textMap,
    servers: list(
      object({
        port: object({ number, name: text, protocol: text }),
        tls: object({ mode: text, httpsRedirect: untouched }),
        hosts: list(text),
      }),
    ),
  }),
});
export type IstioGateway = Read<typeof istioGateway>;

const destination = object({
  destination: object({ host: text, port: object({ number }) }),
  weight: number,
});
const stringMatch = object({ exact: text, prefix: text, regex: text });
const headerChange = object({ set: keys, add: keys, remove: list(text) });
const headers = object({ request: headerChange, response: headerChange });

/** The keys of an object. */
function keys(value: unknown): readonly string[] | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.keys(value).slice(0, 200)
    : undefined;
}

const connectionRoute = object({
  match: list(object({ port: number, gateways: list(text), sniHosts: list(text) })),
  route: list(destination),
});
export type ConnectionRoute = Read<typeof connectionRoute>;

const httpRoute = object({
  match: list(
    object({ uri: stringMatch, method: stringMatch, headers: keys, port: number, gateways: list(text) }),
  ),
  route: list(destination),
  redirect: object({ scheme: text, uri: text, authority: text, redirectCode: number }),
  rewrite: object({ uri: text, uriRegexRewrite: object({}) }),
  headers,
});
export type IstioHttpRoute = Read<typeof httpRoute>;

const virtualService = object({
  metadata,
  spec: object({
    hosts: list(text),
    gateways: list(text),
    tcp: list(connectionRoute),
    tls: list(connectionRoute),
    http: list(httpRoute),
  }),
});
export type VirtualService = Read<typeof virtualService>;

const trafficPolicy = {
  tls: object({ mode: text }),
  connectionPool: object({ tcp: object({ idleTimeout: text, maxConnectionDuration: text }) }),
  proxyProtocol: object({ version: text }),
};

const destinationRule = object({
  metadata,
  spec: object({
    host: text,
    trafficPolicy: object({
      ...trafficPolicy,
      portLevelSettings: list(object({ port: object({ number }), ...trafficPolicy })),
    }),
  }),
});
export type DestinationRule = Read<typeof destinationRule>;

const peerAuthentication = object({
  metadata,
  spec: object({
    selector: labelSelector,
    mtls: object({ mode: text }),
    portLevelMtls: (value) => (typeof value === 'object' && value !== null ? modesOf(value) : undefined),
  }),
});
export type PeerAuthentication = Read<typeof peerAuthentication>;

/** The mode of each port. */
function modesOf(value: object): Readonly<Record<string, string>> {
  const mode = object({ mode: text });
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, 200)
      .flatMap(([port, each]) => {
        const read = mode(each)?.mode;
        return read === undefined ? [] : [[port, read] as const];
      }),
  );
}

/** An object with such fields, and the names of all its fields. */
function withFields<T>(shape: Shape<T>): Shape<T & { readonly fields: readonly string[] }> {
  return (value) => {
    const fields = keys(value);
    const read = shape(value);
    return fields === undefined || read === undefined ? undefined : { ...read, fields };
  };
}

const operation = withFields(object({ ports: list(text), notPorts: list(text) }));
const source = withFields(
  object({
    namespaces: list(text),
    notNamespaces: list(text),
    principals: list(text),
    notPrincipals: list(text),
  }),
);
export type PolicySource = Read<typeof source>;

const authorizationPolicy = object({
  metadata,
  spec: object({
    selector: labelSelector,
    targetRef: object({}),
    targetRefs: list(object({})),
    action: text,
    rules: list(
      object({
        from: list(object({ source })),
        to: list(object({ operation })),
        when: list(object({ key: text, values: list(text), notValues: list(text) })),
      }),
    ),
  }),
});
export type AuthorizationPolicy = Read<typeof authorizationPolicy>;

const common = { places: ['controllers', 'ingress-controllers'] } as const;
const NETWORKING = {
  ...common,
  group: 'networking.istio.io',
  versions: ['v1', 'v1beta1', 'v1alpha3'],
} as const;
const SECURITY = { ...common, group: 'security.istio.io', versions: ['v1', 'v1beta1'] } as const;

export const ISTIO_GATEWAYS: ExposureResource<IstioGateway> = {
  ...NETWORKING,
  ...{ plural: 'gateways', shape: istioGateway },
  use: 'finds the server of a VirtualService and its protocol',
};
export const VIRTUAL_SERVICES: ExposureResource<VirtualService> = {
  ...NETWORKING,
  ...{ plural: 'virtualservices', shape: virtualService },
  use: 'finds routes of the controller',
};
export const DESTINATION_RULES: ExposureResource<DestinationRule> = {
  ...NETWORKING,
  ...{ plural: 'destinationrules', shape: destinationRule },
  use: 'finds TLS, PROXY protocol and time limits towards the controller',
};
export const PEER_AUTHENTICATIONS: ExposureResource<PeerAuthentication> = {
  ...SECURITY,
  ...{ plural: 'peerauthentications', shape: peerAuthentication },
  use: 'checks whether the agent port accepts plain TCP',
};
export const AUTHORIZATION_POLICIES: ExposureResource<AuthorizationPolicy> = {
  ...SECURITY,
  ...{ plural: 'authorizationpolicies', shape: authorizationPolicy },
  use: 'checks whether a policy denies the agent port',
};
