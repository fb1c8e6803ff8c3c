import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadSettings } from '../../src/config/load.ts';
import { rolesFor } from '../../src/kubernetes/api/permissions.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { type Running, start } from '../../test/cli/command.ts';
import type { Scraped } from '../../test/dashboards/observed-demo.ts';
import { freePort } from '../../test/free-port.ts';
import { startApiServer } from '../../test/kubernetes/api-server.ts';
import { agentPod } from '../../test/kubernetes/cluster-objects.ts';

const NAMESPACE = 'agents';
const USER = `system:serviceaccount:${NAMESPACE}:probe`;
const NAMES = ['probe-0', 'probe-1'] as const;

/** Two replicas of the daemon with a real API server, one Lease, and controllers that are discovered from pods of agents. */
export interface Replicas {
  readonly scraped: readonly Scraped[];
  /** Runs the events that are due. @param share the elapsed part of the time, from 0 to 1 */
  proceed(share: number): void;
  stop(): Promise<void>;
}

/** Starts them, with a separate etcd and kube-apiserver. */
export async function startReplicas(): Promise<Replicas> {
  const closing: (() => unknown)[] = [];
  const stop = async () => {
    for (const close of closing.reverse()) await close();
  };
  const folder = mkdtempSync(join(tmpdir(), 'replicas-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  try {
    const server = await startApiServer({ users: [USER] });
    closing.push(() => server.stop());
    const [steady, broken] = await Promise.all([startSimulator(), startSimulator()]);
    closing.push(
      () => steady.close(),
      () => broken.close(),
    );
    await server.make('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } });
    for (const pod of [
      agentPod('linux-1', { env: { JENKINS_URL: steady.url } }),
      agentPod('linux-2', { env: { JENKINS_URL: broken.url } }),
      agentPod('linux-3', { secretEnv: ['JENKINS_URL'] }),
    ]) {
      await server.make('POST', `/api/v1/namespaces/${NAMESPACE}/pods`, pod);
    }

    const file = join(folder, 'probe.yaml');
    writeFileSync(
      file,
      stringify({
        labels: { cluster: 'kubernetes' },
        probe: { cadence: { web: '3s', ping: '3s', handshake: '10s' } },
        kubernetes: {
          kubeconfig: server.kubeconfig(USER, { namespace: NAMESPACE }),
          discovery: { namespaces: [NAMESPACE] },
          lease: {},
          events: true,
          inspection: { every: '1m', agents: [{ namespace: NAMESPACE, serviceAccount: 'jenkins' }] },
        },
        controllers: [],
      }),
    );
    const { kubernetes } = loadSettings({ file, env: {} });
    if (!kubernetes) throw new Error('the configuration has no Kubernetes section');
    for (const { rules } of rolesFor(kubernetes)) await server.grant(USER, NAMESPACE, rules);

    const ports = [await freePort(), await freePort()];
    const run = async (index: number): Promise<Running> => {
      const name = NAMES[index] ?? '';
      const running = start(
        { teardown: (kill) => closing.push(kill) },
        ['serve', '--config', file, '--listen', `127.0.0.1:${ports[index]}`],
        { env: { POD_NAME: name, POD_NAMESPACE: NAMESPACE, POD_UID: `uid-of-${name}` } },
      );
      await running.printed(/"port":\d+/);
      return running;
    };
    const replicas = [await run(0), await run(1)];

    const updated = async (index: number) => {
      replicas[index]?.child.kill('SIGTERM');
      await replicas[index]?.ended;
      replicas[index] = await run(index);
    };
    const happenings: readonly (readonly [share: number, happen: () => Promise<void>])[] = [
      [0.2, () => broken.setFault('port-silent')],
      [0.35, () => broken.setFault('none')],
      [0.45, () => server.kill()],
      [0.6, () => server.start()],
      [0.75, () => updated(0)],
      [0.85, () => updated(1)],
    ];
    let next = 0;
    let latest: Promise<void> = Promise.resolve();
    closing.push(() => latest);
    return {
      scraped: NAMES.map((instance, index) => ({ target: `127.0.0.1:${ports[index]}`, instance })),
      proceed(share) {
        for (; share >= (happenings[next]?.[0] ?? Number.POSITIVE_INFINITY); next += 1) {
          const happen = happenings[next]?.[1];
          latest = latest.then(happen);
        }
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
