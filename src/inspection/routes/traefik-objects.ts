import { metadata } from '../objects/objects.ts';
import { list, number, numberOrText, object, type Read, text, truth } from '../objects/shape.ts';
import type { ExposureResource } from './route-reader.ts';

/* The parts of Traefik's objects that are read, `traefik.io/v1alpha1` as of 3.7. Traefik 3 reads no other group. */

const reference = object({ name: text, namespace: text });
const traefikService = object({
  kind: text,
  name: text,
  namespace: text,
  port: numberOrText,
  weight: number,
  tls: truth,
  serversTransport: text,
  proxyProtocol: object({ version: number }),
});
export type TraefikService = Read<typeof traefikService>;

const traefikRoute = object({
  match: text,
  services: list(traefikService),
  middlewares: list(reference),
});
export type TraefikRoute = Read<typeof traefikRoute>;

const ingressRoute = object({
  metadata,
  spec: object({
    entryPoints: list(text),
    routes: list(traefikRoute),
    tls: object({ passthrough: truth, secretName: text }),
  }),
});
export type TraefikIngressRoute = Read<typeof ingressRoute>;

const headers = object({ customResponseHeaders: anyKeys(), customRequestHeaders: anyKeys() });

/** The keys of an object whose value is empty: Traefik removes such headers; and those whose value is set. */
function anyKeys() {
  return (value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.keys(value).slice(0, 200)
      : undefined;
}

const middleware = object({
  metadata,
  spec: object({
    forwardAuth: object({}),
    basicAuth: object({}),
    digestAuth: object({}),
    ipAllowList: object({ sourceRange: list(text) }),
    ipWhiteList: object({ sourceRange: list(text) }),
    redirectScheme: object({ scheme: text, permanent: truth }),
    redirectRegex: object({ regex: text, permanent: truth }),
    stripPrefix: object({ prefixes: list(text) }),
    stripPrefixRegex: object({}),
    replacePath: object({ path: text }),
    replacePathRegex: object({}),
    addPrefix: object({ prefix: text }),
    headers,
    chain: object({ middlewares: list(reference) }),
    inFlightConn: object({ amount: number }),
  }),
});
export type TraefikMiddleware = Read<typeof middleware>;

const serversTransportTcp = object({
  metadata,
  spec: object({ proxyProtocol: object({ version: number }), tls: object({}) }),
});
export type ServersTransportTcp = Read<typeof serversTransportTcp>;

const common = {
  group: 'traefik.io',
  versions: ['v1alpha1'],
  places: ['controllers', 'ingress-controllers'],
} as const;

export const INGRESS_ROUTES: ExposureResource<TraefikIngressRoute> = {
  ...common,
  ...{ plural: 'ingressroutes', shape: ingressRoute },
  use: 'finds routes of the web port: paths, redirects, logins',
};
export const INGRESS_ROUTES_TCP: ExposureResource<TraefikIngressRoute> = {
  ...common,
  ...{ plural: 'ingressroutetcps', shape: ingressRoute },
  use: 'finds routes of the agent port and how they match',
};
export const MIDDLEWARES: ExposureResource<TraefikMiddleware> = {
  ...common,
  ...{ plural: 'middlewares', shape: middleware },
  use: 'finds redirects, rewrites, logins and allow-lists of routes',
};
export const MIDDLEWARES_TCP: ExposureResource<TraefikMiddleware> = {
  ...common,
  ...{ plural: 'middlewaretcps', shape: middleware },
  use: 'finds allow-lists and limits of connections of routes',
};
export const SERVERS_TRANSPORTS_TCP: ExposureResource<ServersTransportTcp> = {
  ...common,
  ...{ plural: 'serverstransporttcps', shape: serversTransportTcp },
  use: 'finds PROXY protocol and TLS towards the controller',
};
