import fc from 'fast-check';
import t from 'tap';
import { CELL_MS, CELLS, Timeline } from '../../src/daemon/timeline.ts';

const START = Date.UTC(2026, 0, 2, 12);

t.test('a cell is up, down, mixed or without a result', async (t) => {
  const line = new Timeline();
  line.add(START, true);
  line.add(START + CELL_MS, false);
  line.add(START + 2 * CELL_MS, true);
  line.add(START + 2 * CELL_MS + 1, false);
  const cells = line.cells(START + 3 * CELL_MS);
  t.equal(cells.length, CELLS);
  t.same(cells.slice(-5), ['none', 'up', 'down', 'mixed', 'none']);
});

t.test('what is older than six hours is gone, and a clock that is set back adds nothing', async (t) => {
  const line = new Timeline();
  line.add(START, false);
  t.ok(line.cells(START + (CELLS - 1) * CELL_MS).includes('down'));
  t.notOk(line.cells(START + CELLS * CELL_MS).includes('down'));
  line.add(START, false);
  t.notOk(line.cells(START + CELLS * CELL_MS).includes('down'));
});

t.test('cells are those of a plain list of results', async () => {
  const results = fc.array(fc.record({ after: fc.nat(3 * CELL_MS), success: fc.boolean() }), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(results, fc.nat(90 * CELL_MS), (given, later) => {
      const line = new Timeline();
      let at = START;
      const taken = given.map(({ after, success }) => {
        at += after;
        line.add(at, success);
        return { cell: Math.floor(at / CELL_MS), success };
      });
      const last = Math.floor((at + later) / CELL_MS);
      const expected = Array.from({ length: CELLS }, (_, index) => {
        const own = taken
          .filter(({ cell }) => cell === last - CELLS + 1 + index)
          .map(({ success }) => success);
        if (own.length === 0) return 'none';
        return own.every((each) => each) ? 'up' : own.some((each) => each) ? 'mixed' : 'down';
      });
      return JSON.stringify(line.cells(at + later)) === JSON.stringify(expected);
    }),
  );
});
