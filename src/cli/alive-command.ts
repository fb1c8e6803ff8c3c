import { request } from 'node:https';
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

  # a daemon elsewhere: has it done its first round of probes?
  jenkins-agent-probe alive --ready http://probe.monitoring.svc:9180/

  # a daemon with listen.tls.clientCaFile
  jenkins-agent-probe alive --config probe.yaml --cert-file client.crt --key-file client.key

It asks the daemon about itself, never about Jenkins: that is what check is for.
Exit codes: 0 yes, 1 no, 2 wrong usage or configuration, 3 interrupted.`;

/** How long the daemon may take to answer, in milliseconds. It answers from memory. */
const PATIENCE_MS = 3000;

interface AliveOptions {
  readonly ready?: boolean;
  readonly config?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** What the daemon is asked with over HTTPS: PEM texts, both empty where no client certificate is needed. */
interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

/** Adds `alive`. */
export function addAlive(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('alive')
    .helpGroup('Daemon:')
    .description('ask a running daemon whether it is alive, for a container health check')
    .argument('[URL]', 'where it listens (default: here, on the port of the configuration)')
    .option('--ready', 'whether its first round of probes is done as well')
    .option('--config <FILE>', 'configuration file of the daemon (or JENKINS_AGENT_PROBE_CONFIG)')
    .option('--cert-file <FILE>', "client certificate for HTTPS (default: the daemon's own)")
    .option('--key-file <FILE>', 'its private key')
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
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const status =
      certificate !== null && url.protocol === 'https:'
        ? await statusOverTls(url, certificate, patience)
        : await statusOf(url, patience);
    return status === 200
      ? { code: EXIT.ok, line: `OK ${url.href}` }
      : { code: EXIT.problem, line: `CRITICAL ${url.href} answers ${status}` };
  } catch (error) {
    if (signal.aborted) return { code: EXIT.unknown, line: `UNKNOWN ${url.href} interrupted` };
    return { code: EXIT.problem, line: `CRITICAL ${url.href} ${oneLine(whyOf(error), 200)}` };
  }
}

async function statusOf(url: URL, signal: AbortSignal): Promise<number> {
  const { status, body } = await fetch(url, { redirect: 'manual', signal });
  await body?.cancel();
  return status;
}

/**
 * The status of an answer of our own daemon. Its certificate is not verified: the question is whether it answers, the name
 * is often that of a load balancer, and nothing secret is sent.
 */
function statusOverTls(url: URL, { cert, key }: ClientCertificate, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const client = cert === '' ? {} : { cert, key };
    const asked = request(url, { ...client, rejectUnauthorized: false, agent: false, signal }, (response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', (error) => reject(signal.aborted ? signal.reason : error));
    asked.end();
  });
}

/** What is behind a failed request: the socket's error code where there is one. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `gives no answer within ${PATIENCE_MS / 1000} s`;
  return codeOf(error.cause, codeOf(error, error.message));
}

/** Where the configuration says that the daemon listens. */
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

/** The client certificate that the options name, else the daemon's own; null where there is no HTTPS of ours. */
async function certificateOf(
  { certFile, keyFile }: AliveOptions,
  { tls }: Settings['listen'],
): Promise<ClientCertificate | null> {
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new UsageError('--cert-file and --key-file need each other');
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
    throw new UsageError('the URL must be as http://host:9180/, without a user or a password');
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
