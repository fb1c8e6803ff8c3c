import t from 'tap';
import { AGENT_PORT_DEPTHS } from '../../src/model/result.ts';
import type { Target } from '../../src/model/target.ts';
import { parseIdentity } from '../../src/protocol/identity.ts';
import { always, startForwardProxy } from './forward-proxy.ts';
import { HEALTHY_SETUPS, type Healthy } from './healthy-setups.ts';
import { Keeper } from './keeper.ts';
import { missingParts, type Part } from './parts.ts';
import { AGENT_PORT, diagnosing, HOST } from './site.ts';

interface Mode {
  readonly name: string;
  readonly parts?: readonly Part[];
  readonly websocket?: true;
  readonly target: (healthy: Healthy, keeper: Keeper) => Promise<Partial<Target>>;
}

const MODES: readonly Mode[] = [
  { name: 'discovery', target: async () => ({}) },
  { name: 'tunnel', target: async () => ({ tunnel: { host: HOST, port: AGENT_PORT } }) },
  {
    name: 'direct with identity',
    target: async ({ controller }) => ({
      url: null,
      direct: { host: HOST, port: AGENT_PORT },
      identity: parseIdentity(controller.simulator.identity),
    }),
  },
  { name: 'WebSocket beside TCP', websocket: true, target: async () => ({ websocket: 'on' }) },
  { name: 'WebSocket alone', websocket: true, target: async () => ({ websocket: 'only' }) },
  {
    name: 'through a forward proxy',
    parts: ['tinyproxy'],
    // The proxy resolves names itself and knows none of ours: it is given the address.
    async target({ at, url, ca }, keeper) {
      const byAddress = new URL(url);
      byAddress.hostname = at[0] ?? '';
      return {
        url: byAddress,
        tls: { ca, serverName: HOST, insecureSkipVerify: false },
        proxy: always(await startForwardProxy(keeper)),
      };
    },
  },
];

// Two cores may be busy with the rest of the suite.
t.setTimeout(110_000);
t.jobs = 4;
for (const setup of HEALTHY_SETUPS) {
  t.test(setup.name, { skip: missingParts(setup.parts), buffered: true }, async (t) => {
    const keeper = new Keeper();
    t.teardown(() => keeper.close());
    const healthy = await setup.build(keeper);
    const { controller, at, url, ca } = healthy;
    for (const mode of MODES) {
      if (mode.websocket && setup.listenerOnly) continue;
      t.test(mode.name, { skip: missingParts(mode.parts ?? []) }, async (t) => {
        const tls = { ca, serverName: null, insecureSkipVerify: false };
        const target = { url: new URL(url), tls, timeoutMs: 10_000, ...(await mode.target(healthy, keeper)) };
        for (const depth of AGENT_PORT_DEPTHS) {
          const report = await diagnosing({ at, controller, depth, target })();
          t.strictSame(report.diagnoses, [], `${depth}: nothing to remark`);
          t.equal(report.verdict, 'reachable', depth);
        }
      });
    }
    t.test('the controller was done no harm', async (t) => {
      t.equal(controller.simulator.counts.bareConnects, 0, 'no connection said nothing');
      t.equal(controller.simulator.counts.closeNotifies, 0, 'JNLP4 was never ended politely');
    });
  });
}
