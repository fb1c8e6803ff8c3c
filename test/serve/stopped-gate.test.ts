import { connect } from 'node:net';
import t from 'tap';
import { BACKLOG } from '../../src/server/tcp-gate.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { start } from '../cli/command.ts';
import { freePort } from '../free-port.ts';

/** On the loopback a connection is open at once, or the kernel leaves it unanswered. */
const PATIENCE_MS = 1000;

/** A bare TCP check: whether the connection opens. */
function check(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (accepted: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(accepted);
    };
    const timer = setTimeout(end, PATIENCE_MS, false);
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}

t.test('a gate of a daemon that is stopped accepts a few more checks and then none', async (t) => {
  const simulator = await startSimulator();
  t.teardown(() => simulator.close());
  const gate = await freePort();
  const folder = t.testdir({
    'probe.yaml': `listen: { host: 127.0.0.1, port: 0 }
probe: { rise: 1, cadence: { handshake: off } }
gate: [{ controller: main, port: ${gate}, entrypoint: agent-port }]
controllers: [{ name: main, url: '${simulator.url}' }]
`,
  });
  const running = start(t, ['serve', '--config', `${folder}/probe.yaml`]);
  await running.printed(/"entrypoint":"agent-port","from":"unknown","to":"up"/);
  while (!(await check(gate)));
  running.child.kill('SIGSTOP');
  let accepted = 0;
  while (accepted < 1000 && (await check(gate))) accepted += 1;
  t.ok(accepted <= BACKLOG + 1, `${accepted} checks were accepted`);
  running.child.kill('SIGCONT');
  while (!(await check(gate)));
  t.pass('it accepts again once it runs');
});
