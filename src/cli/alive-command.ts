import type { Command } from 'commander';
import { LISTEN } from '../config/bounds.ts';
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

It asks the daemon about itself, never about Jenkins: that is what check is for.
Exit codes: 0 yes, 1 no, 2 wrong usage or configuration, 3 interrupted.`;

/** How long the daemon may take to answer, in milliseconds. It answers from memory. */
const PATIENCE_MS = 3000;

interface AliveOptions {
  readonly ready?: boolean;
  readonly config?: string;
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
    .addHelpText('after', EXAMPLES)
    .action(async (where: string | undefined, { ready = false, config }: AliveOptions) => {
      const base = where === undefined ? await ownUrl(config, io) : parseUrl(where);
      const url = new URL(ready ? 'readyz' : 'livez', base);
      const { code, line } = await ask(url, io.signal);
      io.stdout.write(`${line}\n`);
      exit(code);
    });
}

async function ask(url: URL, signal: AbortSignal): Promise<{ code: number; line: string }> {
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const { status, body } = await fetch(url, { redirect: 'manual', signal: patience });
    await body?.cancel();
    return status === 200
      ? { code: EXIT.ok, line: `OK ${url.href}` }
      : { code: EXIT.problem, line: `CRITICAL ${url.href} answers ${status}` };
  } catch (error) {
    if (signal.aborted) return { code: EXIT.unknown, line: `UNKNOWN ${url.href} interrupted` };
    return { code: EXIT.problem, line: `CRITICAL ${url.href} ${oneLine(whyOf(error), 200)}` };
  }
}

/** What is behind a failed fetch: the socket's error code where there is one. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `gives no answer within ${PATIENCE_MS / 1000} s`;
  return codeOf(error.cause, error.message);
}

async function ownUrl(option: string | undefined, io: Io): Promise<URL> {
  const file = configFileOf(option, io.env);
  let { host, port }: { host: string; port: number } = LISTEN;
  if (file !== undefined) {
    const { fileSettings } = await import('../config/file-settings.ts');
    ({ host, port } = fileSettings(file, io.env).listen);
  }
  const loopback = host === '::' ? '::1' : '127.0.0.1';
  return parseUrl(`http://${formatHostPort(host === '0.0.0.0' || host === '::' ? loopback : host, port)}/`);
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new UsageError('the URL must be as http://host:9180/, without a user or a password');
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
