import { metadata } from '../objects/objects.ts';
import { list, number, object, type Read, text, truth } from '../objects/shape.ts';
import type { ExposureResource } from './route-reader.ts';

/* The parts of Emissary's objects that are read, `getambassador.io/v3alpha1` as of 4.1. */

const tcpMapping = object({
  metadata,
  spec: object({ host: text, port: number, service: text, resolver: text, idle_timeout_ms: number }),
});
export type TcpMapping = Read<typeof tcpMapping>;

const mapping = object({
  metadata,
  spec: object({
    hostname: text,
    host: text,
    prefix: text,
    prefix_regex: truth,
    prefix_exact: truth,
    method: text,
    headers: keys,
    service: text,
    resolver: text,
    rewrite: text,
    allow_upgrade: list(text),
    host_redirect: truth,
    redirect_response_code: number,
    remove_request_headers: list(text),
    remove_response_headers: list(text),
    idle_timeout_ms: number,
  }),
});
export type Mapping = Read<typeof mapping>;

const listener = object({ metadata, spec: object({ port: number, protocol: text }) });
type EmissaryListener = Read<typeof listener>;

const host = object({
  metadata,
  spec: object({
    hostname: text,
    tlsSecret: object({ name: text }),
    requestPolicy: object({ insecure: object({ action: text }) }),
  }),
});
export type EmissaryHost = Read<typeof host>;

/** The keys of an object. */
function keys(value: unknown): readonly string[] | undefined {
  return typeof value === 'object' && value !== null ? Object.keys(value).slice(0, 200) : undefined;
}

const common = {
  group: 'getambassador.io',
  versions: ['v3alpha1'],
  places: ['controllers', 'ingress-controllers'],
} as const;

export const TCP_MAPPINGS: ExposureResource<TcpMapping> = {
  ...common,
  ...{ plural: 'tcpmappings', shape: tcpMapping },
  use: 'finds routes of the agent port',
};
export const MAPPINGS: ExposureResource<Mapping> = {
  ...common,
  ...{ plural: 'mappings', shape: mapping },
  use: 'finds routes of the web port: paths, rewrites, WebSocket',
};
export const EMISSARY_LISTENERS: ExposureResource<EmissaryListener> = {
  ...common,
  ...{ plural: 'listeners', shape: listener },
  use: 'finds the listener of a TCPMapping, and its protocol',
};
export const EMISSARY_HOSTS: ExposureResource<EmissaryHost> = {
  ...common,
  ...{ plural: 'hosts', shape: host },
  use: 'checks whether http is redirected to https',
};
