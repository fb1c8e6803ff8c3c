import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { type WebCertificateKind, webCertificate } from '../../src/simulator/certificates.ts';
import type { Keeper } from './keeper.ts';
import { type Listening, runProgram } from './program.ts';
import { HOST } from './site.ts';

/** The configuration of an nginx. */
export interface NginxConfig {
  /** Directives in `http { }`, for example `server` blocks. */
  readonly http?: string;
  /** Directives in `stream { }`, for example `server` blocks. */
  readonly stream?: string;
}

/** The path of the stream module in Debian. Other builds contain the module. */
const STREAM_MODULE = '/usr/lib/nginx/modules/ngx_stream_module.so';

/** Runs nginx until the keeper closes. Rejects with its error message if the configuration is wrong. */
export async function startNginx(keeper: Keeper, { http = '', stream = '' }: NginxConfig): Promise<void> {
  const folder = await keeper.folder();
  const load = existsSync(STREAM_MODULE) ? `load_module ${STREAM_MODULE};` : '';
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  await writeFile(
    `${folder}/nginx.conf`,
    `${stream === '' ? '' : load}
daemon off; master_process off; pid ${folder}/pid; error_log stderr warn;
events { worker_connections 256; }
${http === '' ? '' : `http { access_log off; ${temporary.join(' ')} ${UPGRADE_MAP} ${http} }`}
${stream === '' ? '' : `stream { ${stream} }`}`,
  );
  const args = ['-e', 'stderr', '-p', folder, '-c', `${folder}/nginx.conf`];
  await runProgram(keeper, 'nginx', args, listeningOf(`${http}\n${stream}`));
}

/** The usual map of guides: `Connection` is `upgrade` if the client requests an upgrade. */
const UPGRADE_MAP = "map $http_upgrade $connection_upgrade { default upgrade; '' close; }";

function listeningOf(config: string): Listening[] {
  return [...config.matchAll(/\blisten ([\d.]+):(\d+)/g)].map(([, address = '', port = '']) => ({
    address,
    port: Number(port),
  }));
}

/** Returns a `server` block of `http { }`. @param listen `address:port`, and words such as `ssl` after it */
export function webServer(listen: string, body: string): string {
  return `server { listen ${listen}; server_name ${HOST}; ${body} }\n`;
}

/** Returns the correct directives to forward a request to Jenkins. @param to `address:port` */
export function passOn(to: string): string {
  return `proxy_pass http://${to}; proxy_http_version 1.1; proxy_set_header Host $http_host;
    proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;
    proxy_set_header X-Forwarded-Proto $scheme; proxy_read_timeout 10s; proxy_connect_timeout 10s;`;
}

/** Returns a `location /` that forwards everything. @param more directives that break it */
export function passAll(to: string, more = ''): string {
  return `location / { ${passOn(to)} ${more} }`;
}

/** Returns a `server` block of `stream { }` that forwards TCP. */
export function tcpServer(listen: string, to: string, more = ''): string {
  return `server { listen ${listen}; proxy_pass ${to}; proxy_connect_timeout 2s; ${more} }\n`;
}

/** Writes a certificate for {@link HOST}, good or broken, and returns the directives for it. */
export async function certificateDirectives(keeper: Keeper, kind: WebCertificateKind): Promise<string> {
  const { cert, key } = await certificateFiles(keeper, kind);
  return `ssl_certificate ${cert}; ssl_certificate_key ${key};`;
}

/** Writes the files of a certificate for {@link HOST}: separate files, and one file with both for HAProxy. */
export async function certificateFiles(
  keeper: Keeper,
  kind: WebCertificateKind,
): Promise<{ readonly cert: string; readonly key: string; readonly both: string }> {
  const folder = await keeper.folder();
  const pair = await webCertificate(kind);
  const files = { cert: `${folder}/cert.pem`, key: `${folder}/key.pem`, both: `${folder}/both.pem` };
  await writeFile(files.cert, pair.cert);
  await writeFile(files.key, pair.key, { mode: 0o600 });
  await writeFile(files.both, `${pair.cert}\n${pair.key}`, { mode: 0o600 });
  return files;
}
