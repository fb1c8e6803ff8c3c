import { labelSelector, metadata } from '../objects/objects.ts';
import { list, number, object, type Read, text, truth, untouched } from '../objects/shape.ts';
import type { ExposureResource } from './route-reader.ts';

/* The parts of Envoy Gateway's policies that are read, `gateway.envoyproxy.io/v1alpha1` as of 1.9. */

const target = object({ group: text, kind: text, name: text, sectionName: text });
export type PolicyTarget = Read<typeof target>;

const targets = {
  targetRef: target,
  targetRefs: list(target),
  targetSelectors: list(object({ kind: text, matchLabels: labelSelectorLabels() })),
  mergeType: text,
};

function labelSelectorLabels() {
  // `targetSelectors` hold the labels directly.
  return (value: unknown) => labelSelector({ matchLabels: value })?.matchLabels;
}

const clientTrafficPolicy = object({
  metadata,
  spec: object({
    ...targets,
    timeout: object({ tcp: object({ idleTimeout: text }), http: object({ streamIdleTimeout: text }) }),
    enableProxyProtocol: truth,
    proxyProtocol: object({ optional: truth }),
    connection: object({
      connectionLimit: object({ maxConnectionDuration: text, maxStreamDuration: text }),
      maxConnectionDuration: text,
    }),
  }),
});

const backendTrafficPolicy = object({
  metadata,
  spec: object({
    ...targets,
    proxyProtocol: object({ version: text }),
    healthCheck: object({
      active: object({ type: text, tcp: object({ send: untouched }), overrides: object({ port: number }) }),
    }),
    httpUpgrade: list(object({ type: text })),
    requestBuffer: object({}),
    timeout: object({ http: object({ maxStreamDuration: text, streamIdleTimeout: text }) }),
  }),
});

const securityPolicy = object({
  metadata,
  spec: object({
    ...targets,
    oidc: object({}),
    extAuth: object({}),
    basicAuth: object({}),
    jwt: object({}),
    apiKeyAuth: object({}),
    authorization: object({
      defaultAction: text,
      rules: list(object({ action: text, principal: object({ clientCIDRs: list(text) }) })),
    }),
  }),
});

const envoyProxy = object({
  metadata,
  spec: object({
    provider: object({
      kubernetes: object({
        envoyService: object({ type: text, loadBalancerSourceRanges: list(text) }),
      }),
    }),
  }),
});
export type EnvoyProxy = Read<typeof envoyProxy>;

export type EnvoyPolicy = Read<
  typeof clientTrafficPolicy | typeof backendTrafficPolicy | typeof securityPolicy
>;
export type ClientTrafficPolicy = Read<typeof clientTrafficPolicy>;
export type BackendTrafficPolicy = Read<typeof backendTrafficPolicy>;
export type SecurityPolicy = Read<typeof securityPolicy>;

const common = {
  group: 'gateway.envoyproxy.io',
  versions: ['v1alpha1'],
  places: ['controllers', 'ingress-controllers'],
} as const;

export const CLIENT_TRAFFIC_POLICIES: ExposureResource<ClientTrafficPolicy> = {
  ...common,
  ...{ plural: 'clienttrafficpolicies', shape: clientTrafficPolicy },
  use: 'finds time limits and PROXY protocol of listeners',
};
export const BACKEND_TRAFFIC_POLICIES: ExposureResource<BackendTrafficPolicy> = {
  ...common,
  ...{ plural: 'backendtrafficpolicies', shape: backendTrafficPolicy },
  use: 'finds health checks, PROXY protocol and closed WebSocket upgrades',
};
export const SECURITY_POLICIES: ExposureResource<SecurityPolicy> = {
  ...common,
  ...{ plural: 'securitypolicies', shape: securityPolicy },
  use: 'finds logins and allow-lists that block agents',
};
export const ENVOY_PROXIES: ExposureResource<EnvoyProxy> = {
  ...common,
  ...{ plural: 'envoyproxies', shape: envoyProxy },
  use: 'finds source ranges of the load balancer of a Gateway',
};
