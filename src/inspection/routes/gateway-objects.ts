import { labelSelector, metadata } from '../objects/objects.ts';
import { list, number, object, type Read, text } from '../objects/shape.ts';
import type { ExposureResource } from './route-reader.ts';

/*
 * The parts of the Gateway API's objects that are read, as `gateway.networking.k8s.io` 1.6 has them. TCPRoute is v1 from 1.6
 * on and v1alpha2 before, with the same fields; so are TLSRoute (v1 from 1.5 on) and ReferenceGrant (v1 beside v1beta1).
 */

export const GATEWAY_GROUP = 'gateway.networking.k8s.io';

export const conditions = list(
  object({
    type: text,
    status: text,
    reason: text,
    message: text,
    observedGeneration: number,
    lastTransitionTime: text,
  }),
);
export type Conditions = NonNullable<Read<typeof conditions>>;

const gatewayListener = object({
  name: text,
  port: number,
  protocol: text,
  hostname: text,
  tls: object({ mode: text }),
  allowedRoutes: object({
    namespaces: object({ from: text, selector: labelSelector }),
    kinds: list(object({ group: text, kind: text })),
  }),
});
export type GatewayListener = Read<typeof gatewayListener>;

/** A Gateway, or a ListenerSet: both hold listeners. */
const gateway = object({
  metadata,
  spec: object({
    gatewayClassName: text,
    parentRef: object({ kind: text, namespace: text, name: text }),
    infrastructure: object({ parametersRef: object({ kind: text, name: text }) }),
    listeners: list(gatewayListener),
  }),
  status: object({
    addresses: list(object({ type: text, value: text })),
    conditions,
    listeners: list(object({ name: text, conditions })),
  }),
});
export type Gateway = Read<typeof gateway>;

const parentRef = object({
  group: text,
  kind: text,
  namespace: text,
  name: text,
  sectionName: text,
  port: number,
});
export type ParentRef = Read<typeof parentRef>;

const backendRef = object({
  group: text,
  kind: text,
  namespace: text,
  name: text,
  port: number,
  weight: number,
});
export type BackendRef = Read<typeof backendRef>;

const headers = list(object({ name: text, value: text }));
const headerFilter = object({ set: headers, add: headers, remove: list(text) });

const routeFilter = object({
  type: text,
  requestRedirect: object({
    scheme: text,
    hostname: text,
    port: number,
    statusCode: number,
    path: object({ type: text }),
  }),
  urlRewrite: object({ path: object({ type: text, replaceFullPath: text, replacePrefixMatch: text }) }),
  requestHeaderModifier: headerFilter,
  responseHeaderModifier: headerFilter,
});
export type RouteFilter = Read<typeof routeFilter>;

const routeRule = object({
  name: text,
  matches: list(
    object({
      path: object({ type: text, value: text }),
      method: text,
      headers: list(object({ name: text })),
    }),
  ),
  filters: list(routeFilter),
  backendRefs: list(backendRef),
  timeouts: object({ request: text, backendRequest: text }),
});
export type RouteRule = Read<typeof routeRule>;

const gatewayRoute = object({
  metadata,
  spec: object({ parentRefs: list(parentRef), hostnames: list(text), rules: list(routeRule) }),
  status: object({ parents: list(object({ parentRef, controllerName: text, conditions })) }),
});
export type GatewayRoute = Read<typeof gatewayRoute>;

const referenceGrant = object({
  metadata,
  spec: object({
    from: list(object({ group: text, kind: text, namespace: text })),
    to: list(object({ group: text, kind: text, name: text })),
  }),
});
export type ReferenceGrant = Read<typeof referenceGrant>;

const backendTlsPolicy = object({
  metadata,
  spec: object({
    targetRefs: list(object({ group: text, kind: text, name: text, sectionName: text })),
  }),
});
export type BackendTlsPolicy = Read<typeof backendTlsPolicy>;

const PLACES = ['controllers', 'ingress-controllers'] as const;
const common = { group: GATEWAY_GROUP, places: PLACES };
const STABLE = ['v1', 'v1beta1'];
const LATE = ['v1', 'v1alpha3', 'v1alpha2'];

export const GATEWAYS: ExposureResource<Gateway> = {
  ...common,
  ...{ plural: 'gateways', versions: STABLE, shape: gateway },
  use: 'finds the listener of a route and its state',
};
export const LISTENER_SETS: ExposureResource<Gateway> = {
  ...common,
  ...{ plural: 'listenersets', versions: ['v1'], shape: gateway },
  use: 'finds listeners outside their Gateway',
};
export const HTTP_ROUTES: ExposureResource<GatewayRoute> = {
  ...common,
  ...{ plural: 'httproutes', versions: STABLE, shape: gatewayRoute },
  use: 'finds routes of the web port: paths, redirects, rewrites',
};
export const TCP_ROUTES: ExposureResource<GatewayRoute> = {
  ...common,
  ...{ plural: 'tcproutes', versions: ['v1', 'v1alpha2'], shape: gatewayRoute },
  use: 'finds routes of the agent port',
};
export const TLS_ROUTES: ExposureResource<GatewayRoute> = {
  ...common,
  ...{ plural: 'tlsroutes', versions: LATE, shape: gatewayRoute },
  use: 'finds routes that require a server name, which agents do not send',
};
export const BACKEND_TLS_POLICIES: ExposureResource<BackendTlsPolicy> = {
  ...common,
  ...{ plural: 'backendtlspolicies', versions: ['v1', 'v1alpha3'], shape: backendTlsPolicy },
  use: 'finds TLS towards the controller',
};
export const REFERENCE_GRANTS: ExposureResource<ReferenceGrant> = {
  ...common,
  ...{ plural: 'referencegrants', versions: ['v1', 'v1beta1'], shape: referenceGrant },
  use: 'checks whether a route may use a Service of another namespace',
};
