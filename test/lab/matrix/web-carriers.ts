import { writeFile } from 'node:fs/promises';
import type { WebCertificateKind } from '../../../src/simulator/certificates.ts';
import {
  downstreamTls,
  type EnvoyChain,
  type HttpOptions,
  headersToAdd,
  httpRouter,
  listenerFilter,
  startEnvoy,
  tcpProxy,
} from '../envoy.ts';
import { section, startHaproxy } from '../haproxy.ts';
import type { Keeper } from '../keeper.ts';
import { certificateDirectives, certificateFiles, passOn, startNginx, webServer } from '../nginx.ts';
import type { Part } from '../parts.ts';
import { HOST } from '../site.ts';
import { startStunnel } from '../tls.ts';

/** A fixed answer of the proxy. */
export interface FixedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The behavior of a program in front of the Jenkins URL. The default is to forward all requests. */
export interface WebWay {
  /** Answers requests without the backend: every request, all except the listener page, or only WebSocket upgrades. */
  readonly answers?: FixedAnswer & { readonly to?: 'all' | 'others' | 'upgrades' | 'login' };
  readonly dropsHeaders?: readonly string[];
  /** Headers that it adds to every answer. */
  readonly addsHeaders?: Readonly<Record<string, string>>;
  /** Offers HTTP/2 in addition to HTTP/1.1. */
  readonly http2?: true;
  /** Has a timeout of one second for the backend. */
  readonly hurries?: true;
  /** Does not forward the Upgrade header. */
  readonly dropsUpgrade?: true;
  /** Forwards TCP instead of HTTP. */
  readonly tcp?: true;
  /** Terminates TLS with this certificate, also requires a client certificate, or has no certificate for the name. */
  readonly tls?: WebCertificateKind | 'client certificate' | 'unknown name';
}

/** A program that can run in front of the Jenkins URL. */
export interface WebCarrier {
  readonly part: Part;
  readonly can: (way: WebWay, backends: number) => boolean;
  /** @param to `address:port` of each backend; requests rotate */
  readonly carry: (keeper: Keeper, at: string, to: readonly string[], way: WebWay) => Promise<void>;
}

const LISTENER = '/tcpSlaveAgentListener/';

const nginx: WebCarrier = {
  part: 'nginx',
  can: () => true,
  async carry(keeper, at, to, way) {
    const servers = `upstream controllers { ${to.map((one) => `server ${one} max_fails=0;`).join(' ')} }`;
    if (way.tcp) {
      return startNginx(keeper, { stream: `${servers} server { listen ${at}; proxy_pass controllers; }` });
    }
    const [tls, certificate] = await nginxTls(keeper, way.tls);
    const pass = passWith(way);
    const spare = to.length === 0 ? '' : servers;
    return startNginx(keeper, {
      http: `${spare} ${webServer(`${at}${tls}${way.http2 ? ' http2' : ''}`, `${certificate} ${nginxBody(way, pass)}`)}`,
    });
  },
};

function passWith({ dropsHeaders = [], addsHeaders = {}, hurries, dropsUpgrade }: WebWay): string {
  const pass = hurries
    ? passOn('controllers').replace('proxy_read_timeout 10s', 'proxy_read_timeout 1s')
    : passOn('controllers');
  return [
    dropsUpgrade ? 'proxy_pass http://controllers; proxy_set_header Host $http_host;' : pass,
    'proxy_next_upstream off;',
    ...dropsHeaders.map((name) => `proxy_hide_header ${name};`),
    ...Object.entries(addsHeaders).map(([name, value]) => `add_header ${name} '${value}' always;`),
  ].join(' ');
}

function nginxBody({ answers }: WebWay, pass: string): string {
  if (answers === undefined) return `location / { ${pass} }`;
  const { status, headers = {}, body = '', to = 'all' } = answers;
  const { Location, ...others } = headers;
  const more = Object.entries(others).map(([name, value]) => `add_header ${name} '${value}' always;`);
  const answer = `default_type text/html; ${more.join(' ')} return ${status} '${Location ?? body}';`;
  switch (to) {
    case 'all':
      return `location / { ${answer} }`;
    case 'others':
      return `location = ${LISTENER} { ${pass} } location / { ${answer} }`;
    case 'login':
      return `location /login { ${answer} } location / { ${pass} }`;
    case 'upgrades':
      return `if ($http_upgrade) { return ${status}; } location / { ${pass} }`;
  }
}

async function nginxTls(keeper: Keeper, tls: WebWay['tls']): Promise<readonly [string, string]> {
  switch (tls) {
    case undefined:
      return ['', ''];
    case 'unknown name':
      return [' ssl', 'ssl_reject_handshake on;'];
    case 'client certificate': {
      const { cert } = await certificateFiles(keeper, 'good');
      const asks = `ssl_verify_client on; ssl_client_certificate ${cert};`;
      return [' ssl', `${await certificateDirectives(keeper, 'good')} ${asks}`];
    }
    default:
      return [' ssl', await certificateDirectives(keeper, tls)];
  }
}

const haproxy: WebCarrier = {
  part: 'haproxy',
  can: () => true,
  async carry(keeper, at, to, way) {
    const { answers, dropsHeaders = [], addsHeaders = {}, hurries, dropsUpgrade, tcp, tls } = way;
    const lines = [
      tcp ? 'mode tcp' : 'mode http',
      'balance roundrobin',
      ...(hurries ? ['timeout server 1s'] : []),
      ...(dropsUpgrade ? ['http-request del-header Upgrade'] : []),
      ...(answers === undefined ? [] : [haproxyAnswer(answers)]),
      ...dropsHeaders.map((name) => `http-response del-header ${name}`),
      ...Object.entries(addsHeaders).map(([name, value]) => `http-response add-header ${name} "${value}"`),
      ...to.slice(1).map((server, i) => `server other${i} ${server}`),
    ];
    await startHaproxy(
      keeper,
      section(
        'web',
        `${at}${await haproxyTls(keeper, tls)}${way.http2 ? ' alpn h2,http/1.1' : ''}`,
        to[0] ?? '127.0.0.1:1 disabled',
        lines,
      ),
    );
  },
};

function haproxyAnswer({
  status,
  headers = {},
  body = '',
  to = 'all',
}: NonNullable<WebWay['answers']>): string {
  const more = Object.entries(headers).map(([name, value]) => `hdr ${name} "${value.replaceAll('%', '%%')}"`);
  const unless = {
    all: '',
    others: `if !{ path ${LISTENER} }`,
    login: 'if { path_beg /login }',
    upgrades: 'if { req.hdr(Upgrade) -m found }',
  };
  if (headers.Location !== undefined) {
    return `http-request redirect location "${headers.Location.replaceAll('%', '%%')}" code ${status} ${unless[to]}`;
  }
  return `http-request return status ${status} content-type text/html string "${(body || String(status)).replaceAll('"', '\\"')}" ${more.join(' ')} ${unless[to]}`;
}

async function haproxyTls(keeper: Keeper, tls: WebWay['tls']): Promise<string> {
  if (tls === undefined) return '';
  const { both, cert } = await certificateFiles(
    keeper,
    tls === 'client certificate' || tls === 'unknown name' ? 'good' : tls,
  );
  switch (tls) {
    case 'unknown name':
      await writeFile(`${both}.list`, `${both} other.${HOST}\n`);
      return ` ssl crt-list ${both}.list strict-sni`;
    case 'client certificate':
      return ` ssl crt ${both} ca-file ${cert} verify required`;
    default:
      return ` ssl crt ${both}`;
  }
}

const stunnel: WebCarrier = {
  part: 'stunnel',
  can: ({ tls, answers, dropsHeaders, addsHeaders, http2, hurries, dropsUpgrade, tcp }, backends) =>
    backends === 1 &&
    (tls === 'good' || tls === 'expired' || tls === 'untrusted' || tls === 'wrong-name') &&
    !answers &&
    !dropsHeaders &&
    !addsHeaders &&
    !http2 &&
    !hurries &&
    !dropsUpgrade &&
    !tcp,
  async carry(keeper, at, [connect = ''], { tls }) {
    const certificate = await certificateFiles(keeper, (tls ?? 'good') as WebCertificateKind);
    await startStunnel(keeper, [{ accept: at, connect, certificate }]);
  },
};

const envoy: WebCarrier = {
  part: 'envoy',
  can: () => true,
  async carry(keeper, at, to, way) {
    const { tcp, tls } = way;
    const filters = [tcp ? tcpProxy('controllers') : httpRouter('controllers', envoyOptions(way))];
    const kind = tls === 'client certificate' || tls === 'unknown name' ? 'good' : tls;
    const files = kind === undefined ? null : await certificateFiles(keeper, kind);
    const asks = tls === 'client certificate' && files !== null ? { clientsOf: files.cert } : {};
    const chain: EnvoyChain = {
      filters,
      ...(files === null
        ? {}
        : { tls: downstreamTls(files, { alpn: way.http2 ? ['h2', 'http/1.1'] : [], ...asks }) }),
      ...(tls === 'unknown name' ? { match: { server_names: [`other.${HOST}`] } } : {}),
    };
    const listenerFilters = tls === 'unknown name' ? [listenerFilter('tls_inspector')] : [];
    await startEnvoy(
      keeper,
      [{ at, chains: [chain], listenerFilters }],
      [{ name: 'controllers', hosts: to }],
    );
  },
};

function envoyOptions({
  answers,
  dropsHeaders = [],
  addsHeaders = {},
  hurries,
  dropsUpgrade,
}: WebWay): HttpOptions {
  const routes = answers === undefined ? [] : [envoyAnswer(answers)];
  return {
    routes:
      answers?.to === 'others'
        ? [{ match: { path: LISTENER }, route: { cluster: 'controllers' } }, ...routes]
        : routes,
    route: hurries ? { timeout: '1s' } : {},
    dropHeaders: dropsHeaders,
    addHeaders: addsHeaders,
    upgrades: !dropsUpgrade,
  };
}

function envoyAnswer({ status, headers = {}, body = '', to = 'all' }: NonNullable<WebWay['answers']>) {
  const match = {
    all: { prefix: '/' },
    others: { prefix: '/' },
    login: { prefix: '/login' },
    upgrades: { prefix: '/', headers: [{ name: 'upgrade', present_match: true }] },
  };
  if (headers.Location !== undefined)
    return { match: match[to], redirect: envoyRedirect(status, headers.Location) };
  return {
    match: match[to],
    direct_response: { status, ...(body === '' ? {} : { body: { inline_string: body } }) },
    response_headers_to_add: headersToAdd({ 'content-type': 'text/html', ...headers }),
  };
}

/** Returns a redirect. With a fixed answer, Envoy would add its own Location. */
function envoyRedirect(status: number, location: string) {
  const there = URL.parse(location);
  return {
    response_code: status === 301 ? 'MOVED_PERMANENTLY' : 'FOUND',
    path_redirect: there === null ? location : there.pathname,
    ...(there === null
      ? {}
      : {
          scheme_redirect: there.protocol.slice(0, -1),
          host_redirect: there.hostname,
          port_redirect: Number(there.port),
        }),
  };
}

/** Every program that can run in front of the Jenkins URL. */
export const WEB_CARRIERS: Readonly<Record<'nginx' | 'HAProxy' | 'stunnel' | 'Envoy', WebCarrier>> = {
  nginx,
  HAProxy: haproxy,
  stunnel,
  Envoy: envoy,
};
export type WebCarrierName = keyof typeof WEB_CARRIERS;
