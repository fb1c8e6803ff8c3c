import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Test } from 'tap';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { type Running, start } from '../cli/command.ts';
import { startNameServer, withResolvConf } from './name-server.ts';

const SECOND = 1000;

/** Test files run in parallel and a name server needs port 53, so each process uses a different address. */
export const NAME_SERVER = `127.18.${(process.pid >> 7) & 127}.${1 + (process.pid & 127)}`;

/**
 * A daemon whose name server answers only for `*.healthy.test`, with a healthy controller and others in a zone without
 * answers.
 */
export async function startInSilentZone(t: Test, silent: number, extra = '', at = NAME_SERVER) {
  const nameServer = await startNameServer(at, 'healthy.test');
  t.teardown(() => nameServer.close());
  const simulator = await startSimulator();
  t.teardown(() => simulator.close());
  const { port } = new URL(simulator.url);
  const dead = Array.from(
    { length: silent },
    (_, index) => `  - { name: dead-${index}, url: 'http://dead-${index}.silent.test/' }\n`,
  );
  const folder = t.testdir({
    'resolv.conf': `nameserver ${nameServer.address}\n`,
    'probe.yaml': `listen: { host: 127.0.0.1, port: 0 }
probe: { timeout: 5s, cadence: { web: 5s, ping: 5s, handshake: off } }
${extra}controllers:
${dead.join('')}  - { name: good, url: 'http://main.healthy.test:${port}/' }
`,
  });
  const running = start(t, ['serve', '--config', `${folder}/probe.yaml`], {
    wrap: (command) => withResolvConf(`${folder}/resolv.conf`, command),
  });
  const [, listening = ''] = await running.printed(/"port":(\d+),.*"msg":"started"/);
  for (const entrypoint of ['web', 'agent-port'])
    await running.printed(
      new RegExp(`"controller":"good","entrypoint":"${entrypoint}","from":"unknown","to":"up"`),
    );
  return { running, base: `http://127.0.0.1:${listening}` };
}

/** Requests the health of the healthy controller each second. @returns the statuses */
export async function watchHealth(base: string, seconds: number): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let second = 0; second < seconds; second += 1) {
    statuses.push((await fetch(`${base}/health/good`)).status);
    await pause(SECOND);
  }
  return statuses;
}

/** Checks that SIGTERM ends a daemon within two seconds. */
export async function endsAtOnce(t: Test, running: Running): Promise<void> {
  const asked = performance.now();
  running.child.kill('SIGTERM');
  const { code, signal } = await running.ended;
  t.same({ code, signal }, { code: 0, signal: null });
  t.ok(performance.now() - asked < 2 * SECOND, 'within two seconds');
}
