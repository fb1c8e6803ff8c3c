import t from 'tap';
import { nameOf } from './matrix/cell.ts';
import { allCells } from './matrix/cells.ts';
import { judge } from './matrix/judge.ts';
import { given, readPending } from './matrix/pending.ts';
import { Network } from './netns.ts';
import { missingParts } from './parts.ts';

const CELLS = allCells();
const PENDING = readPending();

t.test('the matrix is what it claims to be', async (t) => {
  const names = CELLS.map(nameOf);
  t.equal(new Set(names).size, names.length, 'every cell has its own name');
  t.strictSame(
    [...PENDING.keys()].filter((name) => !names.includes(name)),
    [],
    'every pending cell exists',
  );
  t.strictSame(
    CELLS.filter(({ codes, exception }) => codes.length > 1 && exception === null).map(nameOf),
    [],
    'a cell with several first codes has a reason',
  );
});

t.setTimeout(110_000);
t.jobs = 4;
t.teardown(() => Network.removeAll());
for (const cell of CELLS.filter(({ fast }) => fast)) {
  const name = nameOf(cell);
  t.test(name, { skip: missingParts(cell.parts), buffered: true }, async (t) => {
    const judged = await judge(cell);
    const was = PENDING.get(name);
    const todo = was === undefined ? false : `pending, was ${was}`;
    t.ok(judged.right, `expected ${cell.codes.join(' or ')}, given ${given(judged)}`, { todo });
  });
}
