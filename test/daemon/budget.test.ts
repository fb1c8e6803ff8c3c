import t from 'tap';
import { ConnectionBudget } from '../../src/daemon/budget.ts';
import { FakeClock } from './fake-clock.ts';

const S = 1000;

t.test('a connection counts for sixty seconds', async (t) => {
  const clock = new FakeClock();
  const budget = new ConnectionBudget(10, clock);
  budget.spend(4);
  await clock.advance(20 * S);
  budget.spend(4);
  t.equal(budget.waitMs(2), 0, 'two are left');
  t.equal(budget.waitMs(3), 40 * S, 'a third one waits for the first four to be forgotten');
  t.equal(budget.waitMs(7), 60 * S, 'seven wait for all');
  await clock.advance(40 * S);
  t.equal(budget.waitMs(6), 0);
  t.equal(budget.waitMs(7), 20 * S);
});

t.test('what is asked on demand leaves a quarter to the schedule', (t) => {
  const budget = new ConnectionBudget(12, new FakeClock());
  budget.spend(6);
  t.equal(budget.waitOnDemandMs(3), 0);
  t.equal(budget.waitOnDemandMs(4), 60 * S);
  t.equal(budget.waitMs(6), 0);
  t.end();
});

t.test('a probe that costs more than the whole budget runs alone', async (t) => {
  const clock = new FakeClock();
  const budget = new ConnectionBudget(5, clock);
  t.equal(budget.waitMs(9), 0);
  budget.spend(9);
  t.equal(budget.waitMs(9), 60 * S);
  await clock.advance(60 * S);
  t.equal(budget.waitMs(9), 0);
});

t.test('nothing spent is nothing remembered', (t) => {
  const budget = new ConnectionBudget(1, new FakeClock());
  budget.spend(0);
  t.equal(budget.waitMs(1), 0);
  t.end();
});
