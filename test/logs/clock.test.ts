import t from 'tap';
import { readClock } from '../../src/logs/log-clock.ts';

const MORNING = Date.UTC(2026, 5, 1, 9, 59, 26);
const AFTERNOON = Date.UTC(2026, 5, 1, 21, 59, 26);

t.test('a date of java.util.logging is read in any language', async (t) => {
  for (const [text, time] of [
    ['Jun 01, 2026 9:59:26 AM', MORNING],
    ['Jun 01, 2026 9:59:26\u202fPM', AFTERNOON],
    ['Juni 01, 2026 9:59:26 VORM.', MORNING],
    ['Juni 01, 2026 9:59:26 NACHM.', AFTERNOON],
    ['juin 01, 2026 9:59:26 PM', AFTERNOON],
    ['jun. 01, 2026 9:59:26 P. M.', AFTERNOON],
    ['juni 01, 2026 9:59:26 EM', AFTERNOON],
    ['6月 01, 2026 9:59:26 午後', AFTERNOON],
    ['6月 01, 2026 9:59:26 上午', MORNING],
    ['6월 01, 2026 9:59:26 오후', AFTERNOON],
    ['июн. 01, 2026 9:59:26 AM', MORNING],
    ['Haz 01, 2026 9:59:26 ÖS', AFTERNOON],
  ] as const) {
    t.equal(readClock(text), time, text);
  }
  t.equal(readClock('Jun 01, 2026 12:00:01 AM'), Date.UTC(2026, 5, 1, 0, 0, 1), 'midnight');
  t.equal(readClock('Jun 01, 2026 12:00:01 PM'), Date.UTC(2026, 5, 1, 12, 0, 1), 'noon');
});

t.test('dates of other loggers, with fractions and offsets', async (t) => {
  t.equal(readClock('2026-06-01 09:59:26,123'), MORNING + 123);
  t.equal(readClock('2026/06/01 09:59:26'), MORNING);
  t.equal(readClock('2026-06-01T09:59:26.123456789Z'), MORNING + 123);
  t.equal(readClock('2026-06-01T09:59:26+0200'), MORNING - 7_200_000);
  t.equal(readClock('2026-06-01 09:59:26.000-05:30'), MORNING + 19_800_000);
  t.equal(readClock('01-Jun-2026 21:59:26.5'), AFTERNOON + 500);
  t.equal(readClock('16:25:43'), ((16 * 60 + 25) * 60 + 43) * 1000, 'a time of day without a day');
});

t.test('what names no time is null', async (t) => {
  for (const text of ['', 'Connected', '12:3', 'port:50000', '99']) t.equal(readClock(text), null, text);
});
