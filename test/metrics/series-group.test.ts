import fc from 'fast-check';
import t from 'tap';
import { SeriesGroup } from '../../src/metrics/series-group.ts';

const change = fc.record({
  key: fc.constantFrom('a', 'b', 'c'),
  value: fc.option(fc.constantFrom(0, 1, 2.5)),
  read: fc.boolean(),
});

t.test('the lines show every change, also those after an earlier reading', async (t) => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
      const group = new SeriesGroup();
      const expected = new Map<string, number>();
      const lines = () => [...expected].map(([key, value]) => `x{of="${key}"} ${value}\n`).join('');
      return changes.every(({ key, value, read }) => {
        if (value === null) {
          group.delete(key);
          expected.delete(key);
        } else {
          group.set(key, value, () => `x{of="${key}"}`);
          expected.set(key, value);
        }
        return group.valueOf(key) === (value ?? 0) && (!read || group.lines === lines());
      });
    }),
    { numRuns: 500 },
  );
  t.pass('in 500 sequences of changes');
});
