import { metadata } from '../objects/objects.ts';
import { list, number, object, type Read, text, truth } from '../objects/shape.ts';
import { conditions } from './gateway-objects.ts';
import type { ExposureResource } from './route-reader.ts';

/* The parts of Contour's HTTPProxy that are read, `projectcontour.io/v1` as of 1.33. */

const services = list(object({ name: text, port: number, weight: number, protocol: text, mirror: truth }));
const matches = list(object({ prefix: text, exact: text, regex: text, header: object({}) }));
const headers = object({ set: list(object({ name: text })), remove: list(text) });
const addresses = list(object({ source: text, cidr: text }));

const contourRoute = object({
  conditions: matches,
  services,
  enableWebsockets: truth,
  permitInsecure: truth,
  pathRewritePolicy: object({ replacePrefix: list(object({ prefix: text, replacement: text })) }),
  requestRedirectPolicy: object({
    scheme: text,
    hostname: text,
    path: text,
    prefix: text,
    statusCode: number,
  }),
  requestHeadersPolicy: headers,
  responseHeadersPolicy: headers,
  timeoutPolicy: object({ idle: text }),
  authPolicy: object({ disabled: truth }),
  jwtVerificationPolicy: object({ require: text, disabled: truth }),
  ipAllowPolicy: addresses,
});
export type ContourRoute = Read<typeof contourRoute>;

const httpProxy = object({
  metadata,
  spec: object({
    virtualhost: object({
      fqdn: text,
      tls: object({ secretName: text, passthrough: truth }),
      authorization: object({ authPolicy: object({ disabled: truth }) }),
      jwtProviders: list(object({ name: text, default: truth })),
      ipAllowPolicy: addresses,
    }),
    routes: list(contourRoute),
    includes: list(object({ name: text, namespace: text, conditions: matches })),
    tcpproxy: object({ services }),
  }),
  status: object({ currentStatus: text, description: text, conditions }),
});
export type HttpProxy = Read<typeof httpProxy>;

export const HTTP_PROXIES: ExposureResource<HttpProxy> = {
  group: 'projectcontour.io',
  plural: 'httpproxies',
  versions: ['v1'],
  places: ['controllers', 'ingress-controllers'],
  use: 'finds routes of the controller: paths, WebSocket, logins, allow-lists',
  shape: httpProxy,
};
