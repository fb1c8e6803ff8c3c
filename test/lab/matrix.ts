import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { nameOf } from './matrix/cell.ts';
import { allCells } from './matrix/cells.ts';
import { judgeAll } from './matrix/judge.ts';
import { Network } from './netns.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { jobs: { type: 'string', default: '6' }, fast: { type: 'boolean', default: false } },
});
const [words = ''] = positionals;
const cells = allCells().filter((cell) => nameOf(cell).includes(words) && (!values.fast || cell.fast));
const results = await judgeAll(
  cells,
  Number(values.jobs),
  ({ name, cell, right, statements, verdict, problem, ms }) => {
    const given =
      problem ??
      `${verdict}: ${statements.map(({ code, confidence }) => `${code} (${confidence})`).join(', ')}`;
    process.stdout.write(
      `${right ? 'ok   ' : 'WRONG'} ${ms} ms ${name}: expected ${cell.codes.join(' or ') || 'nothing'}, given ${given}\n`,
    );
  },
);
await Network.removeAll();
const right = results.filter((one) => one.right).length;
process.stdout.write(`${right} of ${results.length} right\n`);
void writeFile;
