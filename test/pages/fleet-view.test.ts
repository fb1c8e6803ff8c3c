import t from 'tap';
import { diagnosisOf } from '../../src/catalogue/diagnosis.ts';
import { fleetText } from '../../src/pages/fleet-text.ts';
import { fleetSentence, fleetTitle, fleetView } from '../../src/pages/fleet-view.ts';
import { resultOf } from '../daemon/results.ts';
import { ORIGIN } from '../server/app-of.ts';
import { broken, NOW, reachable, viewOf } from './views.ts';

const NONE = { down: 0, degraded: 0, unknown: 0, stale: 0, drained: 0, up: 0 };

t.test('the fleet in one sentence and as a title', async (t) => {
  for (const [counts, sentence, title] of [
    [{}, 'No controllers yet', 'No controllers'],
    [{ up: 1 }, 'Agents reach the controller', 'All 1 reachable'],
    [{ up: 8 }, 'Agents reach all 8 controllers', 'All 8 reachable'],
    [{ unknown: 2 }, 'Not known yet: the first probes are running', '2 not known yet'],
    [
      { down: 4, degraded: 1, up: 1 },
      'Agents cannot reach 4 of 6 controllers, and 1 only in part',
      '4 unreachable, 1 degraded',
    ],
    [
      { down: 1, unknown: 1 },
      'Agents cannot reach 1 of 2 controllers; 1 not known',
      '1 unreachable, 1 not known yet',
    ],
    [{ degraded: 1, up: 1 }, 'Agents reach 1 of 2 controllers only in part', '1 degraded'],
    [{ stale: 1, up: 2 }, 'Agents reach 2 of 3 controllers; 1 not known', '1 results are old'],
    [{ drained: 1, up: 2 }, 'Agents reach 2 of 3 controllers; 1 drained manually', '1 drained manually'],
  ] as const) {
    const all = { ...NONE, ...counts };
    const total = Object.values(all).reduce((sum, each) => sum + each, 0);
    t.equal(fleetSentence({ counts: all, total }), sentence);
    t.equal(fleetTitle({ counts: all, total }), title);
  }
});

t.test('problems are grouped by cause: errors first, then the larger group', async (t) => {
  const silent = diagnosisOf('listener-accepts-but-silent', []);
  const starting = diagnosisOf('controller-starting', []);
  const { groups, reachable: good } = fleetView([
    broken('s1', starting),
    broken('a'),
    broken('b', silent),
    broken('c', silent),
    reachable('good'),
    viewOf('new', 'unknown', [], []),
    viewOf('odd', 'down', [resultOf('ping', { failure: { step: 'ping', reason: 'connection-failed' } })], []),
  ]);
  t.same(
    groups.map(({ diagnosis, controllers }) => [
      diagnosis?.code ?? null,
      controllers.map(({ name }) => name),
    ]),
    [
      ['listener-accepts-but-silent', ['b', 'c']],
      ['l4-accept-then-close', ['a']],
      [null, ['odd']],
      ['controller-starting', ['s1']],
      [null, ['new']],
    ],
  );
  t.same(
    good.map(({ name }) => name),
    ['good'],
  );
});

t.test('a verdict that is up is degraded where an address fails or a cause is likely', async (t) => {
  const failure = { step: 'ping', reason: 'l4-accept-then-close' } as const;
  const half = resultOf('ping', { failure });
  t.equal(viewOf('a', 'up', [half], []).state, 'degraded');
  t.equal(viewOf('b', 'up', [resultOf('ping')], [diagnosisOf('l4-accept-then-close', [])]).state, 'degraded');
  t.equal(
    viewOf(
      'c',
      'up',
      [resultOf('ping')],
      [diagnosisOf('l4-accept-then-close', [], { confidence: 'possible' })],
    ).state,
    'up',
  );
});

t.test('the filter takes words of the name, the host, the cause, the code and the state', async (t) => {
  const controllers = [broken('payments'), reachable('mobile')];
  for (const [q, names] of [
    ['', ['payments', 'mobile']],
    ['PAY', ['payments']],
    ['jenkins.example', ['payments', 'mobile']],
    ['l4-accept-then-close', ['payments']],
    ['closes accept pay', ['payments']],
    ['unreachable', ['payments']],
    ['nothing', []],
  ] as const) {
    const { groups, reachable: good, shown } = fleetView(controllers, q);
    const found = [...groups.flatMap((group) => group.controllers), ...good].map(({ name }) => name);
    t.same(found, names, q);
    t.equal(shown, names.length);
  }
  t.equal(fleetView(controllers, '', 'up').shown, 1);
});

t.test('the text names the state of a controller and its start', async (t) => {
  const views = [broken('a'), viewOf('new', 'unknown', [], []), viewOf('later', 'unknown', [], [])];
  const at = '2026-01-02T03:04:05Z';
  const dated = views.map((view, index) => ({ ...view, since: index < 2 ? Date.parse(at) : null }));
  const text = fleetText(fleetView(dated), { origin: ORIGIN, now: NOW });
  for (const line of [
    `  - a: unreachable since ${at}, breaks at ping`,
    `  - new: no verdict yet, waiting since ${at}\n`,
    '  - later: no verdict yet\n',
  ]) {
    t.ok(text.includes(line), line);
  }
});
