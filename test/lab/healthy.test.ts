import t from 'tap';
import { AGENT_PORT_DEPTHS } from '../../src/model/result.ts';
import { HEALTHY_MODES, viewOf } from './healthy-modes.ts';
import { HEALTHY_SETUPS } from './healthy-setups.ts';
import { Keeper } from './keeper.ts';
import { missingParts } from './parts.ts';
import { diagnosing } from './site.ts';

t.test('there are enough of them, each with its own name', async (t) => {
  const names = HEALTHY_SETUPS.map(({ name }) => name);
  t.equal(new Set(names).size, names.length, 'unique names');
  t.ok(names.length >= 40, `at least 40 healthy set-ups: ${names.length}`);
});

/** The matrix runs every set-up in every mode. Here each set-up runs in two modes, and the depth rotates. */
function turnsOf<Mode>(modes: readonly Mode[], index: number): readonly Mode[] {
  const half = Math.ceil(modes.length / 2);
  return modes.filter((_, turn) => turn === index % modes.length || turn === (index + half) % modes.length);
}

// The rest of the suite may use both cores.
t.setTimeout(110_000);
t.jobs = 4;
for (const [index, { name, parts, modes, build }] of HEALTHY_SETUPS.entries()) {
  t.test(name, { skip: missingParts(parts), buffered: true }, async (t) => {
    const keeper = new Keeper();
    t.teardown(() => keeper.close());
    const healthy = await build(keeper);
    for (const [turn, mode] of turnsOf(modes, index).entries()) {
      const depth = AGENT_PORT_DEPTHS[(index + turn) % AGENT_PORT_DEPTHS.length] ?? 'login';
      t.test(mode, { skip: missingParts(HEALTHY_MODES[mode].parts ?? []) }, async (t) => {
        const report = await diagnosing(await viewOf(healthy, mode, depth, keeper))();
        t.strictSame(report.diagnoses, [], `${depth}: nothing to remark`);
        t.equal(report.verdict, 'reachable', depth);
      });
    }
    t.test('the controller was done no harm', async (t) => {
      t.equal(healthy.controller.simulator.counts.bareConnects, 0, 'no connection said nothing');
      t.equal(healthy.controller.simulator.counts.closeNotifies, 0, 'JNLP4 was never ended politely');
    });
  });
}
