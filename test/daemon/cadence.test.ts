import t from 'tap';
import { firstDelayMs, nextDue } from '../../src/daemon/cadence.ts';

const LOW = () => 0;
const HIGH = () => 1 - Number.EPSILON;

t.test('a single controller begins at once', async (t) => {
  t.equal(firstDelayMs(0, 1, LOW), 0);
  t.ok(firstDelayMs(0, 1, HIGH) <= 250);
});

t.test('many controllers are spread over ten seconds, each in its own slot', async (t) => {
  const indices = Array.from({ length: 400 }, (_, index) => index);
  const off = indices.filter((index) => {
    const earliest = firstDelayMs(index, 400, LOW);
    const latest = firstDelayMs(index, 400, HIGH);
    return Math.abs(earliest - index * 25) > 0.001 || Math.abs(latest - (index + 1) * 25) > 0.001;
  });
  t.same(off, []);
});

t.test('the pause runs from start to start, but leaves half of it quiet', async (t) => {
  t.equal(nextDue(100, 150, 1000), 1100);
  t.equal(nextDue(100, 600, 1000), 1100);
  t.equal(nextDue(100, 5100, 1000), 5600);
});
