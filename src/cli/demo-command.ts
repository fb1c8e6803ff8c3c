import type { Command } from 'commander';
import type { ControllerSettings } from '../config/settings.ts';
import { Secret } from '../model/secret.ts';
import type { DemoController } from '../simulator/demo.ts';
import { EXIT } from './exit-code.ts';
import type { Io } from './io.ts';
import { parseListen } from './listen-option.ts';
import { runDaemon } from './serve-command.ts';

const DEFAULT_LISTEN = '127.0.0.1:9180';

const EXAMPLES = `
Examples:
  jenkins-agent-probe demo
  jenkins-agent-probe demo --listen 127.0.0.1:0`;

/** Adds `demo`. @returns the function that runs it, for `serve` without a configuration */
export function addDemo(
  program: Command,
  io: Io,
  exit: (code: number) => void,
): (listen?: string) => Promise<void> {
  const run = async (listen = DEFAULT_LISTEN) => {
    await demo(listen, io);
    exit(EXIT.ok);
  };
  program
    .command('demo')
    .helpGroup('Daemon:')
    .description('run the daemon with simulated controllers, healthy and broken')
    .option('--listen <HOST:PORT>', 'address to listen on; port 0 takes a free port', DEFAULT_LISTEN)
    .addHelpText('after', EXAMPLES)
    .action((options: { listen: string }) => run(options.listen));
  return run;
}

async function demo(listen: string, io: Io): Promise<void> {
  const { defaultPolicy, emptySettings } = await import('../config/file-settings.ts');
  const settings = { ...emptySettings(), listen: parseListen(listen), labels: { cluster: 'demo' } };
  const { startDemo } = await import('../simulator/demo.ts');
  const simulated = await startDemo();
  try {
    const policy = defaultPolicy();
    const controllers = simulated.controllers.map((each) => settingsOf(each, policy));
    const { createLog } = await import('./json-log.ts');
    const log = createLog('info', 2);
    await runDaemon({ ...settings, controllers }, log, io, {
      started: ({ host, port }) => {
        io.stdout.write(
          welcome(simulated.controllers, `http://${host.includes(':') ? `[${host}]` : host}:${port}`),
        );
      },
    });
  } finally {
    await simulated.close();
  }
}

/** Returns settings with short cadences. Do not use them for a real controller. */
function settingsOf(
  { name, fault, simulated }: DemoController,
  policy: Omit<ControllerSettings, 'target'>,
): ControllerSettings {
  return {
    ...policy,
    target: {
      name,
      url: new URL(simulated.url),
      tunnel: null,
      direct: null,
      identity: null,
      agent: { name: 'canary', secret: new Secret(simulated.agentSecret) },
      websocket: fault === 'none' ? 'on' : 'off',
      tls: { ca: simulated.caPem, serverName: null, insecureSkipVerify: false },
      credentials: null,
      proxy: { always: null, fromEnvironment: null, noProxy: null },
      timeoutMs: 2000,
    },
    fall: 2,
    connectionsPerMinute: 240,
    cadenceMs: { web: 3000, ping: 3000, handshake: 10_000, login: 15_000, websocket: 10_000 },
  };
}

function welcome(controllers: readonly DemoController[], base: string): string {
  const width = Math.max(...controllers.map(({ name }) => name.length));
  const broken = controllers.find(({ fault }) => fault !== 'none');
  return [
    `The demo is running: simulated controllers on loopback, probed by the real daemon at ${base}/`,
    '',
    ...controllers.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'Try:',
    `  curl ${base}/controllers                       # verdicts, available after a few seconds`,
    `  curl -i ${base}/health/${controllers[0]?.name ?? ''}                 # the health check of a load balancer`,
    `  curl -H 'Accept: text/plain' '${base}/diagnose?controller=${broken?.name}'`,
    `  curl ${base}/metrics`,
    `  ./bin/jenkins-agent-probe diagnose ${broken?.simulated.url}`,
    '',
    'To probe a real controller: JENKINS_URL=https://jenkins.example.com/ npm start. Press Ctrl-C to stop the demo.',
    '',
    '',
  ].join('\n');
}
