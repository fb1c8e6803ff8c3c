import t from 'tap';
import { stallsExplain } from '../../src/probe/stall-rule.ts';

t.test('a time-out is explained by stalls of a part of its limit', async (t) => {
  for (const [stalledMs, limitMs, explains] of [
    [40, 40, false],
    [60, 40, true],
    [300, 2000, false],
    [900, 2000, false],
    [1000, 2000, true],
    [900, 800, true],
    [900, 20_000, false],
    [0, 0, false],
  ] as const) {
    const finding = { reason: 'listener-accepts-but-silent', limitMs } as const;
    t.equal(stallsExplain(stalledMs, finding), explains, `${stalledMs} ms of ${limitMs} ms`);
  }
});

t.test('other failures are explained by long stalls, if they depend on time', async (t) => {
  t.ok(stallsExplain(1000, { reason: 'l4-accept-then-close' }));
  t.notOk(stallsExplain(900, { reason: 'l4-accept-then-close' }));
  t.notOk(stallsExplain(60_000, { reason: 'agent-port-refused' }));
  t.notOk(stallsExplain(60_000, { reason: 'identity-mismatch' }));
});
