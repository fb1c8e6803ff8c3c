import t from 'tap';
import { AREAS } from './areas.ts';

t.test('the lab is what it claims to be', async (t) => {
  const faults = Object.values(AREAS).flat();
  const names = faults.map(({ name }) => name);
  t.equal(new Set(names).size, names.length, 'every fault has a name of its own');
  t.ok(faults.filter(({ pending }) => pending === undefined).length >= 45, 'at least 45 faults are judged');
});
