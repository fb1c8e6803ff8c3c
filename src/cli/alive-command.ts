import { request as requestHttp } from 'node:http';
import { type RequestOptions, request as requestHttps } from 'node:https';
import type { Command } from 'commander';
import { LISTEN } from '../config/bounds.ts';
import type { Settings } from '../config/settings.ts';
import { codeOf } from '../model/error-code.ts';
import { oneLine } from '../model/scrub.ts';
import { formatHostPort } from '../protocol/host-port.ts';
import { EXIT } from './exit-code.ts';
import { configFileOf, type Io, UsageError } from './io.ts';

const EXAMPLES = `
Examples:
  # a container's HEALTHCHECK
  jenkins-agent-probe alive

  # a remote daemon: is its first round of probes done?
  jenkins-agent-probe alive --ready http://probe.monitoring.svc:9180/

  # a daemon with listen.tls.clientCaFile
  jenkins-agent-probe alive --config probe.yaml --cert-file client.crt --key-file client.key

This command checks the daemon only. To check Jenkins, use check.
Exit codes: 0 alive, 1 not alive, 2 wrong usage or configuration, 3 interrupted.`;

/** Timeout of the request, in milliseconds. The daemon answers from memory. */
const TIMEOUT_MS = 3000;

interface AliveOptions {
  readonly ready?: boolean;
  readonly config?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** The client certificate for HTTPS, in PEM; both are empty if none is needed. */
interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

/** Adds `alive`. */
export function addAlive(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('alive')
    .helpGroup('Daemon:')
    .description('check that a running daemon is alive, for a container health check')
    .argument('[URL]', 'URL of the daemon (default: this host, with the port of the configuration)')
    .option('--ready', 'also check that its first round of probes is done')
    .option('--config <FILE>', 'configuration file of the daemon (or JENKINS_AGENT_PROBE_CONFIG)')
    .option('--cert-file <FILE>', "client certificate for HTTPS (default: the daemon's own)")
    .option('--key-file <FILE>', 'private key of --cert-file')
    .addHelpText('after', EXAMPLES)
    .action(async (where: string | undefined, { ready = false, ...options }: AliveOptions) => {
      const listen = await listenOf(options.config, io);
      const base = where === undefined ? ownUrl(listen) : parseUrl(where);
      const url = new URL(ready ? 'readyz' : 'livez', base);
      const certificate = await certificateOf(options, listen);
      const { code, line } = await ask(url, certificate, io.signal);
      io.stdout.write(`${line}\n`);
      exit(code);
    });
}

async function ask(
  url: URL,
  certificate: ClientCertificate | null,
  signal: AbortSignal,
): Promise<{ code: number; line: string }> {
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const status = await statusOf(url, certificate, limited);
    return status === 200
      ? { code: EXIT.ok, line: `OK ${url.href}` }
      : { code: EXIT.problem, line: `CRITICAL ${url.href} answers ${status}` };
  } catch (error) {
    if (signal.aborted) return { code: EXIT.unknown, line: `UNKNOWN ${url.href} interrupted` };
    return { code: EXIT.problem, line: `CRITICAL ${url.href} ${oneLine(whyOf(error), 200)}` };
  }
}

/**
 * Returns the HTTP status of the daemon. With `certificate`, that of the daemon is not verified: its name is often that of a
 * load balancer, and the request contains no secret. `fetch` would take 50 ms more to load.
 */
function statusOf(url: URL, certificate: ClientCertificate | null, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const asked = request(url, { ...tlsOptions(certificate), agent: false, signal }, (response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', (error) => reject(signal.aborted ? signal.reason : error));
    asked.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    asked.end();
  });
}

function tlsOptions(certificate: ClientCertificate | null): RequestOptions {
  if (certificate === null) return {};
  const { cert, key } = certificate;
  return { ...(cert === '' ? {} : { cert, key }), rejectUnauthorized: false };
}

/** Returns the cause of a failed request: the error code of the socket if there is one. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `gives no answer within ${TIMEOUT_MS / 1000} s`;
  return codeOf(error, error.message);
}

/** Returns the listener of the configuration, or the default one. */
async function listenOf(option: string | undefined, io: Io): Promise<Settings['listen']> {
  const file = configFileOf(option, io.env);
  if (file === undefined) return LISTEN;
  const { fileSettings } = await import('../config/file-settings.ts');
  return fileSettings(file, io.env).listen;
}

function ownUrl({ host, port, tls }: Settings['listen']): URL {
  const loopback = host === '::' ? '::1' : '127.0.0.1';
  const place = formatHostPort(host === '0.0.0.0' || host === '::' ? loopback : host, port);
  return parseUrl(`${tls === undefined ? 'http' : 'https'}://${place}/`);
}

/** Returns the client certificate of the options, else the daemon's own; null if the daemon does not use HTTPS. */
async function certificateOf(
  { certFile, keyFile }: AliveOptions,
  { tls }: Settings['listen'],
): Promise<ClientCertificate | null> {
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new UsageError('--cert-file and --key-file must be used together');
  }
  if (certFile !== undefined && keyFile !== undefined) {
    const { InputFileError, readPemFile } = await import('../config/input-files.ts');
    try {
      return { cert: readPemFile(certFile, '.'), key: readPemFile(keyFile, '.') };
    } catch (error) {
      if (error instanceof InputFileError) throw new UsageError(error.message);
      throw error;
    }
  }
  if (tls === undefined) return null;
  return tls.clientCa === null ? { cert: '', key: '' } : { cert: tls.cert, key: tls.key.reveal() };
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new UsageError('the URL must be like http://host:9180/, without a user or password');
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
