import t from 'tap';
import { SharedRuns } from '../../src/daemon/shared-runs.ts';
import { FakeClock } from './fake-clock.ts';

/** A run that a test continues step by step. */
function steered() {
  const ending = Promise.withResolvers<string>();
  let tellAll: (event: number) => void = () => undefined;
  const make = (tell: (event: number) => void) => {
    tellAll = tell;
    return ending.promise;
  };
  return { make, tell: (event: number) => tellAll(event), resolve: ending.resolve, reject: ending.reject };
}

function follower() {
  const heard: number[] = [];
  const leaving = new AbortController();
  return {
    heard,
    leave: () => leaving.abort(),
    tell: (event: number) => heard.push(event),
    signal: leaving.signal,
  };
}

t.test('who comes later hears what has happened so far, and who leaves hears no more', async (t) => {
  const runs = new SharedRuns<string, number>(new FakeClock());
  const { make, tell, resolve } = steered();
  const [early, leaving, late, never] = [follower(), follower(), follower(), follower()];
  const first = runs.run('a', make, early);
  runs.run('a', make, leaving);
  tell(1);
  tell(2);
  leaving.leave();
  t.equal(runs.run('a', make, late), first);
  t.same(late.heard, [1, 2]);
  tell(3);
  never.leave();
  runs.run('a', make, never);
  resolve('done');
  t.equal(await first, 'done');
  const after = follower();
  t.equal(runs.run('a', make, after), first, 'within five seconds');
  t.same(
    [early, leaving, late, never, after].map(({ heard }) => heard),
    [[1, 2, 3], [1, 2], [1, 2, 3], [], [1, 2, 3]],
  );
});

t.test('the same follower twice is told twice, and each run has its own', async (t) => {
  const runs = new SharedRuns<string, number>(new FakeClock());
  const one = steered();
  const other = steered();
  const both = follower();
  runs.run('a', one.make, both);
  runs.run('a', one.make, both);
  runs.run('b', other.make);
  other.tell(7);
  one.tell(1);
  t.same(both.heard, [1, 1]);
});

t.test('nothing is kept for longer than it can be shared', async (t) => {
  const clock = new FakeClock();
  const runs = new SharedRuns<string, number>(clock);
  const hanging = steered();
  runs.run('hanging', hanging.make);
  for (let index = 0; index < 1000; index += 1) {
    await runs.run(`key ${index}`, async () => 'done');
    await clock.advance(100);
  }
  t.ok(runs.size <= 51, `${runs.size} are kept`);
  await clock.advance(5000);
  t.equal(runs.size, 1, 'but one that runs is kept while it does');
  const failing = runs.run('failing', () => Promise.reject(new Error('bug')));
  await t.rejects(failing, { message: 'bug' });
  t.equal(runs.size, 1);
});
