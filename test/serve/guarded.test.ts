import { pino } from 'pino';
import t from 'tap';
import { guardedClock } from '../../src/serve/guarded.ts';
import { Observers } from '../../src/serve/observers.ts';
import { FakeClock } from '../daemon/fake-clock.ts';

t.test('a timer that throws or rejects is logged; the timers after it fire', async (t) => {
  const lines: string[] = [];
  const clock = new FakeClock();
  const guarded = guardedClock(clock, pino({}, { write: (line: string) => lines.push(line) }));
  let fired = 0;
  guarded.setTimer(1, () => {
    throw new Error('thrown');
  });
  guarded.setTimer(2, async () => {
    await null;
    throw new Error('rejected');
  });
  guarded.setTimer(3, () => {
    fired += 1;
  });
  const cancel = guarded.setTimer(4, () => {
    fired += 1;
  });
  cancel();
  await clock.advance(10);
  t.equal(fired, 1);
  t.match(
    lines.map((line) => JSON.parse(line)),
    [
      { msg: 'background task failed', err: { message: 'thrown' } },
      { msg: 'background task failed', err: { message: 'rejected' } },
    ],
  );
});

t.test('an observer that throws keeps nothing from the others', async (t) => {
  const failures: unknown[] = [];
  const heard: string[] = [];
  const observers = new Observers((error) => failures.push(error));
  observers.add({
    backedOff() {
      throw new Error('bug');
    },
  });
  observers.add({ backedOff: (controller) => void heard.push(controller) });
  observers.backedOff('main', 7);
  t.same(heard, ['main']);
  t.match(failures, [{ message: 'bug' }]);
});
