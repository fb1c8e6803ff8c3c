import fc from 'fast-check';
import t from 'tap';
import { History } from '../../src/daemon/history.ts';
import { resultOf } from './results.ts';

t.test('successes do not push failures out', async (t) => {
  const history = new History();
  const failure = { step: 'ping', reason: 'l4-accept-then-close' } as const;
  history.add(resultOf('ping', { failure, startedAt: 1 }));
  for (let index = 0; index < 1000; index += 1) history.add(resultOf('ping', { startedAt: 2 + index }));
  t.equal(history.recent.length, History.RECENT);
  t.equal(history.recent[0]?.startedAt, 1001, 'newest first');
  t.ok(history.recent.every(({ success }) => success));
  t.same(history.failures, [
    {
      depth: 'ping',
      entrypoint: 'agent-port',
      startedAt: 1,
      durationMs: 60,
      success: false,
      step: 'ping',
      reason: 'l4-accept-then-close',
      detail: 'went wrong',
    },
  ]);
});

t.test('a failed address of a probe that succeeded is no failure', async (t) => {
  const history = new History();
  const failed = resultOf('ping', { failure: { step: 'ping', reason: 'l4-accept-then-close' } });
  history.add({ ...failed, success: true });
  t.match(history.recent, [{ success: true, step: null, reason: null, detail: null }]);
  t.same(history.failures, []);
});

t.test('both lists are bounded', async (t) => {
  const history = new History();
  const failure = { step: 'ping', reason: 'l4-accept-then-close' } as const;
  for (let index = 0; index < 1000; index += 1) history.add(resultOf('ping', { failure }));
  t.equal(history.recent.length, History.RECENT);
  t.equal(history.failures.length, History.FAILURES);
});

t.test('both lists are bounded in bytes, however long the details are', async (t) => {
  const lengths = fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 200 });
  fc.assert(
    fc.property(lengths, (details) => {
      const history = new History();
      const added = details.map((length, startedAt) => {
        const failed = resultOf('ping', {
          failure: { step: 'ping', reason: 'l4-accept-then-close' },
          startedAt,
        });
        const detail = 'x'.repeat(length);
        history.add({ ...failed, steps: failed.steps.map((each) => ({ ...each, detail })) });
        return startedAt;
      });
      const newest = added.toReversed();
      const kept = history.recent.map(({ startedAt }) => startedAt);
      return (
        history.bytes <= 2 * 24 * 1024 &&
        kept.every((startedAt, index) => startedAt === newest[index]) &&
        kept.length >= Math.min(added.length, 2)
      );
    }),
  );
  t.pass('the newest are kept');
});
