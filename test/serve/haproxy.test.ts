import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import t from 'tap';
import { emptySettings } from '../../src/config/file-settings.ts';
import { Secret } from '../../src/model/secret.ts';
import { startDaemon } from '../../src/serve/daemon.ts';
import { controllerOf } from '../daemon/settings-of.ts';
import { freePort } from '../free-port.ts';
import { simulate } from '../probe/simulated.ts';

const installed = spawnSync('haproxy', ['-v']).status === 0;
// In CI the test runs, so that a missing program is a failure.
const skip = installed || process.env.CI ? false : 'haproxy is not installed';

/** Waits until `look` returns true. The limit is the timeout of the test. */
async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Returns the state of each backend from the statistics of HAProxy: up if its only server is up. */
function statesOf(socket: string): Promise<Record<string, string>> {
  return new Promise((resolve) => {
    let text = '';
    const stats = connect(socket, () => stats.write('show stat\n'));
    stats.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    stats
      .on('error', () => resolve({}))
      .on('end', () => {
        const rows = text.split('\n').map((line) => line.split(','));
        const column = rows[0]?.indexOf('status') ?? -1;
        const servers = rows.filter(([, name]) => name === 'BACKEND');
        resolve(
          Object.fromEntries(servers.map((row) => [row[0] ?? '', (row[column] ?? '').split(' ')[0] ?? ''])),
        );
      });
  });
}

function configOf(
  folder: string,
  ports: { traffic: number; health: number; agent: number; gate: number },
): string {
  return `
global
  stats socket ${folder}/stats mode 600 level admin
defaults
  mode tcp
  timeout connect 1s
  timeout client 5s
  timeout check 10s
  timeout server 5s
  default-server inter 100ms rise 1 fall 1
backend httpchk
  option httpchk
  http-check send meth GET uri /health/main?entrypoint=agent-port
  http-check expect status 200
  server controller 127.0.0.1:${ports.traffic} check port ${ports.health}
backend headchk
  option httpchk HEAD /health/main?entrypoint=agent-port
  server controller 127.0.0.1:${ports.traffic} check port ${ports.health}
backend agentcheck
  server controller 127.0.0.1:${ports.traffic} agent-check agent-port ${ports.agent} agent-inter 100ms
backend gate
  server controller 127.0.0.1:${ports.traffic} check port ${ports.gate}
`;
}

t.test(
  'a real HAProxy takes a controller out and in again by every kind of check',
  { skip, timeout: 60_000 },
  async (t) => {
    const { simulator, target } = await simulate(t);
    const place = { controller: 'main', port: 0, entrypoint: 'agent-port' } as const;
    const gatePort = await freePort();
    const controller = controllerOf({ web: 200, ping: 200 }, { ...target, name: 'main' });
    const daemon = await startDaemon(
      {
        ...emptySettings(),
        listen: { host: '127.0.0.1', port: 0 },
        controllers: [controller],
        token: new Secret('c0ffee'),
        gates: [{ ...place, port: gatePort }],
        agentChecks: [place],
      },
      { logger: pino({ level: 'silent' }) },
    );
    t.teardown(() => daemon.close());

    // The path of a Unix socket must be short.
    const folder = mkdtempSync(join(tmpdir(), 'haproxy-'));
    t.teardown(() => rmSync(folder, { recursive: true }));
    const [agent = 0] = daemon.agentCheckPorts();
    const ports = { traffic: simulator.agentPort, health: daemon.address.port, agent, gate: gatePort };
    writeFileSync(`${folder}/haproxy.cfg`, configOf(folder, ports));
    const haproxy: ChildProcess = spawn('haproxy', ['-db', '-f', `${folder}/haproxy.cfg`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = new Promise((resolve) => haproxy.once('close', resolve));
    t.teardown(async () => {
      haproxy.kill('SIGKILL');
      await ended;
    });
    haproxy.once('error', (error) => t.fail(`haproxy cannot be started: ${error.message}`));

    const all = async (state: string) => {
      const states = await statesOf(`${folder}/stats`);
      return Object.keys(states).length === 4 && Object.values(states).every((each) => each === state);
    };
    await until(() => all('UP'));
    t.pass('healthy: every backend is up');
    await simulator.setFault('port-closes-at-once');
    await until(() => all('DOWN'));
    t.pass('the agent port has no live backend: every backend is down');
    await simulator.setFault('none');
    await until(() => all('UP'));
    t.pass('recovered: every backend is up again');

    const asTold = { method: 'POST', headers: { authorization: 'Bearer c0ffee' } };
    const base = `http://127.0.0.1:${daemon.address.port}/controllers/main`;
    t.equal((await fetch(`${base}/drain`, asTold)).status, 200);
    await until(() => all('DOWN'));
    t.pass('taken out by hand: no backend takes new connections');
    t.equal((await fetch(`${base}/undrain`, asTold)).status, 200);
    await until(() => all('UP'));
    t.pass('taken in again: every backend is up');

    // Health checks continue without a connection to the controller: it sees only the connections that the daemon
    // counts.
    haproxy.kill('SIGKILL');
    await ended;
    await daemon.close();
    t.equal(simulator.counts.bareConnects, 0, 'no check reached the controller itself');
  },
);
