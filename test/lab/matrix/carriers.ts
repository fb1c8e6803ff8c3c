import {
  denyAll,
  downstreamTls,
  type EnvoyChain,
  httpRouter,
  listenerFilter,
  proxyHeader,
  startEnvoy,
  tcpProxy,
  upstreamTls,
} from '../envoy.ts';
import { section, startHaproxy } from '../haproxy.ts';
import type { Keeper } from '../keeper.ts';
import {
  certificateDirectives,
  certificateFiles,
  passAll,
  startNginx,
  tcpServer,
  webServer,
} from '../nginx.ts';
import type { Part } from '../parts.ts';
import { startStunnel } from '../tls.ts';

/** The behavior of a program in front of the agent port. The default is to forward all bytes. */
export interface Way {
  /** The requirement for the client: TLS, TLS with a client certificate, a TLS server name, a PROXY header. */
  readonly wants?: 'tls' | 'client certificate' | 'server name' | 'proxy header';
  /** The addition to the bytes for the backend: TLS, or a PROXY header before them. */
  readonly sends?: 'tls' | 'proxy v1' | 'proxy v2';
  /** Uses HTTP instead of forwarding bytes. */
  readonly http?: 'http/1.1' | 'http/2' | 'https';
  /** Closes connections that are idle for three seconds. */
  readonly idles?: true;
  /** Refuses every client. */
  readonly denies?: true;
}

/** A program that can run in front of the agent port. */
export interface Carrier {
  readonly part: Part;
  readonly can: (way: Way, backends: number) => boolean;
  /** @param to `address:port` of each backend; connections rotate */
  readonly carry: (keeper: Keeper, at: string, to: readonly string[], way: Way) => Promise<void>;
}

const nginx: Carrier = {
  part: 'nginx',
  can: ({ sends, http }) => sends !== 'proxy v2' && http !== 'http/2',
  async carry(keeper, at, to, { wants, sends, http, idles, denies }) {
    const certificate = await certificateDirectives(keeper, 'good');
    if (http !== undefined) {
      const tls = http === 'https';
      const body = `${tls ? certificate : ''} ${passAll(to[0] ?? '127.0.0.1:1')}`;
      return startNginx(keeper, { http: webServer(tls ? `${at} ssl` : at, body) });
    }
    const servers =
      to.length === 0 ? 'server 127.0.0.1:1 down;' : to.map((one) => `server ${one} max_fails=0;`).join(' ');
    const listen = { tls: ' ssl', 'client certificate': ' ssl', 'proxy header': ' proxy_protocol' };
    const more = [
      'proxy_next_upstream off;',
      wants === 'tls' || wants === 'client certificate' ? certificate : '',
      wants === 'client certificate'
        ? `ssl_verify_client on; ${certificate.replace(/ssl_certificate (\S+);.*/, 'ssl_client_certificate $1;')}`
        : '',
      wants === 'server name' ? 'ssl_preread on;' : '',
      sends === 'proxy v1' ? 'proxy_protocol on;' : '',
      sends === 'tls' ? 'proxy_ssl on;' : '',
      idles ? 'proxy_timeout 3s;' : '',
      denies ? 'deny all;' : '',
    ];
    const byName = 'map $ssl_preread_server_name $by_name { jenkins.test controllers; }';
    const [maps, target] = wants === 'server name' ? [byName, '$by_name'] : ['', 'controllers'];
    const suffix = wants === undefined || wants === 'server name' ? '' : listen[wants];
    return startNginx(keeper, {
      stream: `upstream controllers { ${servers} } ${maps} ${tcpServer(`${at}${suffix}`, target, more.join(' '))}`,
    });
  },
};

const haproxy: Carrier = {
  part: 'haproxy',
  can: () => true,
  async carry(keeper, at, to, { wants, sends, http, idles, denies }) {
    const { both, cert } = await certificateFiles(keeper, 'good');
    const bind = [
      at,
      wants === 'tls' || http === 'https' ? `ssl crt ${both}` : '',
      wants === 'client certificate' ? `ssl crt ${both} ca-file ${cert} verify required` : '',
      wants === 'proxy header' ? 'accept-proxy' : '',
      http === 'http/2' ? 'proto h2' : '',
    ];
    const send = { tls: ' ssl verify none', 'proxy v1': ' send-proxy', 'proxy v2': ' send-proxy-v2' };
    const suffix = sends === undefined ? '' : send[sends];
    const servers = to.length === 0 ? ['127.0.0.1:1 disabled'] : to.map((one) => `${one}${suffix}`);
    const lines = [
      ...(http === undefined ? [] : ['mode http']),
      ...(idles ? ['timeout client 3s', 'timeout server 3s', 'timeout tunnel 3s'] : []),
      ...(denies ? ['tcp-request connection reject'] : []),
      ...(wants === 'server name'
        ? ['tcp-request inspect-delay 5s', 'tcp-request content reject if !{ req.ssl_sni -m found }']
        : []),
      'balance roundrobin',
      ...servers.slice(1).map((server, i) => `server other${i} ${server}`),
    ];
    await startHaproxy(keeper, section('port', bind.join(' '), servers[0] ?? '', lines));
  },
};

const stunnel: Carrier = {
  part: 'stunnel',
  // stunnel always has TLS on one side.
  can: ({ wants, sends, http, idles, denies }, backends) =>
    backends === 1 && (wants === 'tls') !== (sends === 'tls') && !http && !idles && !denies,
  async carry(keeper, at, [connect = ''], { wants }) {
    const certificate = wants === 'tls' ? { certificate: await certificateFiles(keeper, 'good') } : {};
    await startStunnel(keeper, [{ accept: at, connect, ...certificate }]);
  },
};

const envoy: Carrier = {
  part: 'envoy',
  can: () => true,
  async carry(keeper, at, to, { wants, sends, http, idles, denies }) {
    const files = await certificateFiles(keeper, 'good');
    const tls =
      wants === 'tls' || http === 'https'
        ? { tls: downstreamTls(files) }
        : wants === 'client certificate'
          ? { tls: downstreamTls(files, { clientsOf: files.cert }) }
          : {};
    const filters = [
      ...(denies ? [denyAll()] : []),
      http === undefined
        ? tcpProxy('controllers', idles ? { idle_timeout: '3s' } : {})
        : httpRouter('controllers', { more: http === 'http/2' ? { codec_type: 'HTTP2' } : {} }),
    ];
    const chain: EnvoyChain = {
      filters,
      ...tls,
      ...(wants === 'server name' ? { match: { server_names: ['jenkins.test'] } } : {}),
    };
    const listenerFilters = [
      ...(wants === 'proxy header' ? [listenerFilter('proxy_protocol')] : []),
      ...(wants === 'server name' ? [listenerFilter('tls_inspector')] : []),
    ];
    const upstream = {
      tls: upstreamTls,
      'proxy v1': () => proxyHeader('V1'),
      'proxy v2': () => proxyHeader('V2'),
    };
    const around = sends === undefined ? {} : { tls: upstream[sends]() };
    await startEnvoy(
      keeper,
      [{ at, chains: [chain], listenerFilters }],
      [{ name: 'controllers', hosts: to, ...around }],
    );
  },
};

/** Every program that can forward connections to the agent port. */
export const CARRIERS: Readonly<Record<'nginx' | 'HAProxy' | 'stunnel' | 'Envoy', Carrier>> = {
  nginx,
  HAProxy: haproxy,
  stunnel,
  Envoy: envoy,
};
export type CarrierName = keyof typeof CARRIERS;
