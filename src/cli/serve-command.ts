import { on, once } from 'node:events';
import type { Command } from 'commander';
import { hasController } from '../config/environment.ts';
import type { Settings } from '../config/settings.ts';
import type { RunningDaemon } from '../serve/daemon.ts';
import { choiceOption } from './choice-option.ts';
import { EXIT } from './exit-code.ts';
import { configFileOf, type Io } from './io.ts';
import type { Log } from './json-log.ts';
import { keepObjects } from './kept-objects.ts';
import { listenError } from './listen-error.ts';
import { parseListen } from './listen-option.ts';
import { letYoungGenerationGrow, optimiseWhenBusy } from './v8-settings.ts';

const EXAMPLES = `
Examples:
  jenkins-agent-probe serve --config /etc/jenkins-agent-probe/config.yaml
  JENKINS_URL=https://jenkins.example.com/ jenkins-agent-probe serve
  jenkins-agent-probe serve            # without any configuration: the demo

Routes: /health /health/NAME /metrics /diagnose?controller=NAME /controllers /livez /readyz and a status page at /.
SIGTERM and SIGINT stop the daemon within two seconds.`;

/** Time limit for writing the last log lines. */
const FLUSH_MS = 200;
const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

interface ServeOptions {
  readonly config?: string;
  readonly listen?: string;
  readonly logLevel?: string;
}

/** Adds `serve`, the default command. @param demo runs without a configuration */
export function addServe(
  program: Command,
  io: Io,
  exit: (code: number) => void,
  demo: (listen?: string) => Promise<void>,
): void {
  program
    .command('serve', { isDefault: true })
    .helpGroup('Daemon:')
    .description('run the daemon: probe on a schedule; serve health checks, metrics, diagnoses and pages')
    .option(
      '--config <FILE>',
      'configuration file (or JENKINS_AGENT_PROBE_CONFIG); else the environment of the agent image',
    )
    .option(
      '--listen <HOST:PORT>',
      'address to listen on instead of the configured one; port 0 takes a free port',
    )
    .addOption(choiceOption('--log-level <LEVEL>', 'lowest level to log (default: info)', LEVELS))
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
  optimiseWhenBusy(settings.controllers.length);
  const { startDaemon } = await import('../serve/daemon.ts');
  // Listens before the first log line: an unhandled SIGHUP ends the process. `on` queues the signals.
  const hangups = load && !io.signal.aborted ? on(process, 'SIGHUP', { signal: io.signal }) : null;
  const daemon = await startDaemon(settings, {
    logger,
    onLogLinesLost: (tell) => sink.onLost(tell),
    ...(load && { load }),
  }).catch((error: unknown) => {
    throw listenError(error, settings);
  });
  letYoungGenerationGrow();
  keepObjects();
  started?.(daemon.address);
  if (hangups) await reloadOn(hangups, daemon);
  else if (!io.signal.aborted) await once(io.signal, 'abort');
  await daemon.close();
  await sink.flush(FLUSH_MS);
}

/** Reloads the configuration at each SIGHUP. Resolves when the signal of `hangups` aborts. */
async function reloadOn(hangups: AsyncIterable<unknown>, daemon: RunningDaemon): Promise<void> {
  try {
    for await (const _ of hangups) void daemon.reload();
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error;
  }
}

/** Returns the settings with the address of `--listen`, if it is given. */
function withListen(settings: Settings, listen: string | undefined): Settings {
  if (listen === undefined) return settings;
  return { ...settings, listen: { ...settings.listen, ...parseListen(listen) } };
}
