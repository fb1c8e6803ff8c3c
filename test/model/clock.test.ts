import t from 'tap';
import { jittered } from '../../src/model/clock.ts';

t.test('jitter is a tenth to either side', async (t) => {
  t.equal(
    jittered(1000, () => 0),
    900,
  );
  t.equal(
    jittered(1000, () => 0.5),
    1000,
  );
  const highest = jittered(1000, () => 1 - Number.EPSILON);
  t.ok(highest > 1099 && highest <= 1100, `${highest}`);
});
