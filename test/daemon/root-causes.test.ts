import t from 'tap';
import type { Code } from '../../src/catalogue/codes.ts';
import { diagnosisOf } from '../../src/catalogue/diagnosis.ts';
import { type News, RootCauses } from '../../src/daemon/root-causes.ts';
import { FakeClock } from './fake-clock.ts';

const of = (...codes: readonly Code[]) =>
  codes.map((code) => diagnosisOf(code, ['seen'], { confidence: 'likely' }));

function setUp() {
  const clock = new FakeClock();
  const told: string[] = [];
  const held = new Map<string, readonly Code[]>();
  const state = { down: false };
  const causes = new RootCauses({
    clock,
    isDown: () => state.down,
    changed: (controller, found) =>
      held.set(
        controller,
        found.map(({ code }) => code),
      ),
    news: ({ controller, diagnosis, from }: News) => told.push(`${controller} ${diagnosis.code} ${from}`),
  });
  return { clock, told, held, state, causes };
}

t.test('what probes see is news once it has held for ten minutes', async (t) => {
  const { clock, told, held, causes } = setUp();
  causes.probed('main', of('advertised-port-mismatch'));
  t.same(held.get('main'), ['advertised-port-mismatch'], 'the metric has it at once');
  await clock.advance(9 * 60_000);
  causes.probed('main', of('advertised-port-mismatch'));
  t.same(told, []);
  await clock.advance(60_000);
  causes.probed('main', of('advertised-port-mismatch'));
  causes.probed('main', of('advertised-port-mismatch'));
  t.same(told, ['main advertised-port-mismatch probes'], 'once');
  causes.probed('main', []);
  t.same(held.get('main'), []);
  causes.probed('main', of('advertised-port-mismatch'));
  await clock.advance(600_000);
  causes.probed('main', of('advertised-port-mismatch'));
  t.equal(told.length, 2, 'and again after it was gone');
});

t.test('while a verdict is down, after twenty seconds', async (t) => {
  const { clock, told, state, causes } = setUp();
  causes.probed('main', of('agent-port-refused'));
  await clock.advance(30_000);
  state.down = true;
  causes.verdictChanged('main');
  t.same(told, ['main agent-port-refused probes'], 'it held while the verdict was not yet settled');
  causes.probed('main', of('agent-port-refused', 'listener-thread-dead'));
  await clock.advance(15_000);
  causes.probed('main', of('agent-port-refused'));
  await clock.advance(15_000);
  causes.probed('main', of('agent-port-refused', 'listener-thread-dead'));
  t.equal(told.length, 1, 'what comes and goes is none');
});

t.test('a wrong object is news at once, whatever the probes see', async (t) => {
  const { told, held, causes } = setUp();
  causes.inspected('main', of('rbac-pods-forbidden'));
  causes.probed('main', of('advertised-port-mismatch'));
  t.same(told, ['main rbac-pods-forbidden objects']);
  t.same(held.get('main'), ['advertised-port-mismatch', 'rbac-pods-forbidden']);
  causes.probed('main', []);
  t.same(held.get('main'), ['rbac-pods-forbidden'], 'probes do not clear what objects say');
  causes.inspected('main', []);
  t.same(held.get('main'), []);
});

t.test('each controller by itself, and none that is gone', async (t) => {
  const { told, held, causes } = setUp();
  causes.inspected('main', of('rbac-pods-forbidden'));
  causes.inspected('other', of('rbac-pods-forbidden'));
  causes.forget('main');
  causes.verdictChanged('main');
  causes.inspected('main', of('rbac-pods-forbidden'));
  t.same(told, [
    'main rbac-pods-forbidden objects',
    'other rbac-pods-forbidden objects',
    'main rbac-pods-forbidden objects',
  ]);
  t.same(held.get('other'), ['rbac-pods-forbidden']);
});
