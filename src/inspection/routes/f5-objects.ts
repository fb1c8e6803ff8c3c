import { metadata } from '../objects/objects.ts';
import { list, number, object, type Read, text, truth } from '../objects/shape.ts';
import type { ExposureResource } from './route-reader.ts';

/* The parts of F5 NGINX Ingress Controller's objects that are read, `k8s.nginx.org/v1` as of 5.5. */

const status = object({ state: text, reason: text, message: text });

const transportServer = object({
  metadata,
  spec: object({
    listener: object({ name: text, protocol: text }),
    host: text,
    tls: object({ secret: text }),
    upstreams: list(object({ name: text, service: text, port: number })),
    sessionParameters: object({ timeout: text }),
    action: object({ pass: text }),
  }),
  status,
});
export type TransportServer = Read<typeof transportServer>;

const globalConfiguration = object({
  metadata,
  spec: object({ listeners: list(object({ name: text, port: number, protocol: text, ssl: truth })) }),
});
export type GlobalConfiguration = Read<typeof globalConfiguration>;

const policies = list(object({ name: text, namespace: text }));

const virtualServer = object({
  metadata,
  spec: object({
    host: text,
    policies,
    tls: object({ redirect: object({ enable: truth }) }),
    upstreams: list(object({ name: text, service: text, port: number, tls: object({ enable: truth }) })),
    routes: list(
      object({
        path: text,
        matches: list(object({})),
        policies,
        action: object({
          pass: text,
          redirect: object({ url: text, code: number }),
          proxy: object({ upstream: text, rewritePath: text }),
        }),
      }),
    ),
  }),
  status,
});
export type VirtualServer = Read<typeof virtualServer>;

const f5Policy = object({
  metadata,
  spec: object({
    accessControl: object({ allow: list(text) }),
    oidc: object({}),
    oidcNative: object({}),
    jwt: object({}),
    basicAuth: object({}),
    apiKey: object({}),
    externalAuth: object({}),
    ingressMTLS: object({ verifyClient: text }),
    egressMTLS: object({}),
  }),
});
export type F5Policy = Read<typeof f5Policy>;

const common = {
  group: 'k8s.nginx.org',
  versions: ['v1', 'v1alpha1'],
  places: ['controllers', 'ingress-controllers'],
} as const;

export const TRANSPORT_SERVERS: ExposureResource<TransportServer> = {
  ...common,
  ...{ plural: 'transportservers', shape: transportServer },
  use: 'finds routes of the agent port and their listener',
};
export const GLOBAL_CONFIGURATIONS: ExposureResource<GlobalConfiguration> = {
  ...common,
  ...{ plural: 'globalconfigurations', shape: globalConfiguration },
  use: 'finds the listeners that TransportServers name',
};
export const VIRTUAL_SERVERS: ExposureResource<VirtualServer> = {
  ...common,
  ...{ plural: 'virtualservers', shape: virtualServer },
  use: 'finds routes of the web port',
};
export const F5_POLICIES: ExposureResource<F5Policy> = {
  ...common,
  ...{ plural: 'policies', shape: f5Policy },
  use: 'finds logins and allow-lists of VirtualServers',
};
