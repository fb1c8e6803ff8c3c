import t from 'tap';
import { combine, initialVerdict, isStale, nextVerdict, type Verdict } from '../../src/verdict/verdict.ts';

/** `+` a success, `-` a failure; the expected verdict after each: `u`p, `d`own, `?`. */
const TABLE = [
  { rise: 2, fall: 3, results: '++', verdicts: '?u' },
  { rise: 2, fall: 3, results: '---', verdicts: '??d' },
  { rise: 2, fall: 3, results: '+-+-+-', verdicts: '??????' },
  { rise: 2, fall: 3, results: '++--+--+', verdicts: '?uuuuuuu' },
  { rise: 2, fall: 3, results: '++---', verdicts: '?uuud' },
  { rise: 2, fall: 3, results: '---+-+-++', verdicts: '??ddddddu' },
  { rise: 1, fall: 1, results: '+-+-', verdicts: 'udud' },
  { rise: 3, fall: 1, results: '-++-+++', verdicts: 'dddd' + 'ddu' },
  { rise: 1, fall: 4, results: '----+', verdicts: '???du' },
] as const;
const LETTER: Readonly<Record<Verdict, string>> = { up: 'u', down: 'd', unknown: '?' };

for (const { rise, fall, results, verdicts } of TABLE) {
  t.test(`rise ${rise}, fall ${fall}: ${results}`, async (t) => {
    let state = initialVerdict('unknown', 0);
    let seen = '';
    [...results].forEach((result, index) => {
      const count =
        result === '+'
          ? ({ success: true } as const)
          : ({ success: false, reason: 'agent-port-refused' } as const);
      state = nextVerdict(state, count, { rise, fall }, index + 1);
      seen += LETTER[state.verdict];
    });
    t.equal(seen, verdicts);
  });
}

t.test('the time of the change and the last reason are kept', async (t) => {
  const policy = { rise: 1, fall: 2 };
  const up = nextVerdict(initialVerdict('unknown', 5), { success: true }, policy, 10);
  t.match(up, { verdict: 'up', changedAt: 10, successes: 1, failures: 0, lastReason: null });
  const doubted = nextVerdict(up, { success: false, reason: 'ack-timeout' }, policy, 20);
  t.match(doubted, { verdict: 'up', changedAt: 10, successes: 0, failures: 1, lastReason: 'ack-timeout' });
  const down = nextVerdict(doubted, { success: false, reason: null }, policy, 30);
  t.match(down, { verdict: 'down', changedAt: 30, failures: 2, lastReason: null });
  t.equal(nextVerdict(down, { success: false, reason: 'ack-timeout' }, policy, 40).changedAt, 30);
});

t.test('several verdicts together', async (t) => {
  t.equal(combine([]), 'unknown');
  t.equal(combine(['up']), 'up');
  t.equal(combine(['up', 'up']), 'up');
  t.equal(combine(['up', 'unknown']), 'unknown');
  t.equal(combine(['unknown', 'down']), 'down');
  t.equal(combine(['up', 'down']), 'down');
});

t.test('a verdict is stale once its last result is too old', async (t) => {
  t.equal(isStale(null, 100), false, 'there was none: that is unknown');
  t.equal(isStale(100, 100), false);
  t.equal(isStale(101, 100), true);
});
