import { on, once } from 'node:events';
import type { Command } from 'commander';
import { hasController } from '../config/environment.ts';
import type { Settings } from '../config/settings.ts';
import type { RunningDaemon } from '../serve/daemon.ts';
import { choiceOption } from './choice-option.ts';
import { EXIT } from './exit-code.ts';
import { settleHeap } from './heap-growth.ts';
import { configFileOf, type Io } from './io.ts';
import type { Log } from './json-log.ts';
import { listenError } from './listen-error.ts';
import { parseListen } from './listen-option.ts';

const EXAMPLES = `
Examples:
  jenkins-agent-probe serve --config /etc/jenkins-agent-probe/config.yaml
  JENKINS_URL=https://jenkins.example.com/ jenkins-agent-probe serve
  jenkins-agent-probe serve            # without any configuration: the demo

Routes: /health /health/NAME /metrics /diagnose?controller=NAME /controllers /livez /readyz and a page at /.
SIGTERM and SIGINT end it within two seconds.`;

/** How long the last log lines may take to be written. */
const FLUSH_MS = 200;
const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

interface ServeOptions {
  readonly config?: string;
  readonly listen?: string;
  readonly logLevel?: string;
}

/** Adds `serve`, the default command. @param demo what runs where there is nothing to serve */
export function addServe(
  program: Command,
  io: Io,
  exit: (code: number) => void,
  demo: (listen?: string) => Promise<void>,
): void {
  program
    .command('serve', { isDefault: true })
    .helpGroup('Daemon:')
    .description('run the daemon: probe on a schedule, answer load balancers, Prometheus and people')
    .option(
      '--config <FILE>',
      'configuration file (or JENKINS_AGENT_PROBE_CONFIG); else the environment of the agent image',
    )
    .option('--listen <HOST:PORT>', 'where to listen instead; port 0: any')
    .addOption(choiceOption('--log-level <LEVEL>', 'what to log (default: info)', LEVELS))
    .addHelpText('after', EXAMPLES)
    .action(async (options: ServeOptions) => {
      const file = configFileOf(options.config, io.env);
      if (file === undefined && !hasController(io.env)) return demo(options.listen);
      const { createLog } = await import('./json-log.ts');
      const log = createLog(options.logLevel ?? 'info', 1);
      const { loadSettings } = await import('../config/load.ts');
      const load = () => {
        const settings = loadSettings({ file, env: io.env });
        if (settings.warnings.length > 0)
          log.logger.warn({ problems: settings.warnings }, 'configuration has warnings');
        return withListen(settings, options.listen);
      };
      await runDaemon(load(), log, io, { load });
      exit(EXIT.ok);
    });
}

/** The options of {@link runDaemon}. */
interface RunOptions {
  /** Called once the daemon listens. */
  readonly started?: (address: { host: string; port: number }) => void;
  /** Reads the settings again; without it they never change. */
  readonly load?: () => Settings;
}

/** Runs the daemon until the signal. @throws {UsageError} if it cannot listen */
export async function runDaemon(
  settings: Settings,
  { logger, sink }: Log,
  io: Io,
  { started, load }: RunOptions = {},
): Promise<void> {
  const { startDaemon } = await import('../serve/daemon.ts');
  // Listens from before the first log line on: an unhandled SIGHUP would end the process. Signals wait in here.
  const hangups = load && !io.signal.aborted ? on(process, 'SIGHUP', { signal: io.signal }) : null;
  const daemon = await startDaemon(settings, {
    logger,
    onLogLinesLost: (tell) => sink.onLost(tell),
    ...(load && { load }),
  }).catch((error: unknown) => {
    throw listenError(error, settings);
  });
  settleHeap();
  started?.(daemon.address);
  if (hangups) await reloadOn(hangups, daemon);
  else if (!io.signal.aborted) await once(io.signal, 'abort');
  await daemon.close();
  await sink.flush(FLUSH_MS);
}

/** Reads the configuration again at each hang-up. Resolves when the signal of `hangups` aborts. */
async function reloadOn(hangups: AsyncIterable<unknown>, daemon: RunningDaemon): Promise<void> {
  try {
    for await (const _ of hangups) void daemon.reload();
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error;
  }
}

/** The settings, listening elsewhere where an option says so. */
function withListen(settings: Settings, listen: string | undefined): Settings {
  if (listen === undefined) return settings;
  return { ...settings, listen: { ...settings.listen, ...parseListen(listen) } };
}
