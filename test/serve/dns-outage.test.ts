import { performance } from 'node:perf_hooks';
import t from 'tap';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { start } from '../cli/command.ts';
import { cannotReplaceResolvConf, startNameServer, withResolvConf } from './name-server.ts';
import { NAME_SERVER } from './silent-zone.ts';

/** The seconds that the system waits for an answer before it asks again: longer than this test. */
const SYSTEM_WAITS = 30;
const RECOVERED_MS = 10_000;

t.test(
  'once the name server answers again, so does the health check',
  { skip: cannotReplaceResolvConf() },
  async (t) => {
    const nameServer = await startNameServer(NAME_SERVER, 'healthy.test');
    t.teardown(() => nameServer.close());
    const simulator = await startSimulator();
    t.teardown(() => simulator.close());
    const { port } = new URL(simulator.url);
    const folder = t.testdir({
      'resolv.conf': `nameserver ${nameServer.address}\noptions timeout:${SYSTEM_WAITS} attempts:1\n`,
      'probe.yaml': `listen: { host: 127.0.0.1, port: 0 }
probe: { timeout: 1s, rise: 1, fall: 1, cadence: { web: 1s, ping: 1s, handshake: off } }
controllers: [{ name: main, url: 'http://main.healthy.test:${port}/' }]
`,
    });
    const running = start(t, ['serve', '--config', `${folder}/probe.yaml`], {
      wrap: (command) => withResolvConf(`${folder}/resolv.conf`, command),
    });
    await running.printed(/"entrypoint":"web","from":"unknown","to":"up"/);
    nameServer.mute(true);
    await running.printed(/"entrypoint":"web","from":"up","to":"down".*"dns-timeout"/);
    nameServer.mute(false);
    const answers = performance.now();
    await running.printed(/"entrypoint":"web","from":"down","to":"up"/);
    const tookMs = Math.round(performance.now() - answers);
    t.ok(tookMs < RECOVERED_MS, `the verdict is up ${tookMs} ms after the name server answers`);
  },
);
