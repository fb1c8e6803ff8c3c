import t from 'tap';
import { entrypointsOf, planOf } from '../../src/model/plan.ts';
import { Secret } from '../../src/model/secret.ts';
import type { Target } from '../../src/model/target.ts';
import { controllerOf } from '../daemon/settings-of.ts';

const ALL = { web: 1, ping: 2, handshake: 3, login: 4, websocket: 5 };
const agent = { name: 'canary', secret: new Secret('s') };
const direct = { host: 'jenkins.example.com', port: 50000 };

const TABLE: readonly {
  readonly name: string;
  readonly target: Partial<Target>;
  readonly depths: readonly string[];
  readonly entrypoints: readonly string[];
}[] = [
  {
    name: 'discovery',
    target: {},
    depths: ['web', 'ping', 'handshake'],
    entrypoints: ['web', 'agent-port'],
  },
  {
    name: 'with an agent',
    target: { agent },
    depths: ['web', 'ping', 'handshake', 'login'],
    entrypoints: ['web', 'agent-port'],
  },
  {
    name: 'with the WebSocket beside',
    target: { websocket: 'on' },
    depths: ['web', 'ping', 'handshake', 'websocket'],
    entrypoints: ['web', 'agent-port', 'websocket'],
  },
  {
    name: 'WebSocket alone',
    target: { websocket: 'only', agent },
    depths: ['web', 'websocket'],
    entrypoints: ['web', 'websocket'],
  },
  {
    name: 'direct without a URL',
    target: { url: null, direct },
    depths: ['ping', 'handshake'],
    entrypoints: ['agent-port'],
  },
];

for (const { name, target, depths, entrypoints } of TABLE) {
  t.test(name, async (t) => {
    const plan = planOf(controllerOf(ALL, target));
    t.same(
      plan.map(({ depth }) => depth),
      depths,
    );
    t.same(entrypointsOf(plan), entrypoints);
  });
}

t.test('what has no cadence is not planned', async (t) => {
  const plan = planOf(controllerOf({ ping: 15_000 }));
  t.same(plan, [{ depth: 'ping', entrypoint: 'agent-port', cadenceMs: 15_000 }]);
});
