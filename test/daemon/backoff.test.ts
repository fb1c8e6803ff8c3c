import t from 'tap';
import { type Pace, pauseMs, slowestPauseMs } from '../../src/daemon/backoff.ts';
import type { Depth } from '../../src/model/result.ts';

const S = 1000;

function pauses(depth: Depth, cadenceMs: number): readonly number[] {
  return [0, 1, 2, 3, 4, 5, 6, 7, 500, 5000].map((failures) =>
    pauseMs({ depth, cadenceMs, failures, fall: 3, unconfirmed: false, settling: false }),
  );
}

t.test('the cadence holds until down, then doubles', async (t) => {
  const cases: readonly (readonly [Depth, number, readonly number[]])[] = [
    ['ping', 15, [15, 15, 15, 30, 60, 60, 60, 60, 60, 60]],
    ['web', 5, [5, 5, 5, 10, 20, 40, 40, 40, 40, 40]],
    ['ping', 90, [90, 90, 90, 90, 90, 90, 90, 90, 90, 90]],
    ['websocket', 60, [60, 60, 60, 120, 240, 300, 300, 300, 300, 300]],
    ['handshake', 10, [10, 10, 10, 20, 40, 80, 80, 80, 80, 80]],
    ['login', 600, [600, 600, 600, 600, 600, 600, 600, 600, 600, 600]],
  ];
  for (const [depth, cadence, expected] of cases) {
    t.same(
      pauses(depth, cadence * S).map((ms) => ms / S),
      expected,
      `${depth} every ${cadence} s`,
    );
    t.equal(slowestPauseMs(depth, cadence * S), (expected.at(-1) ?? 0) * S);
  }
});

t.test('an unconfirmed deep failure is looked at again soon, but not sooner than the cadence', async (t) => {
  const pace: Pace = {
    depth: 'handshake',
    cadenceMs: 300 * S,
    failures: 1,
    fall: 3,
    unconfirmed: true,
    settling: false,
  };
  t.equal(pauseMs(pace), 30 * S);
  t.equal(pauseMs({ ...pace, cadenceMs: 12 * S }), 12 * S);
});
