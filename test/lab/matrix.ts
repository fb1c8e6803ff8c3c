import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { accuracyPage } from './matrix/accuracy.ts';
import { nameOf } from './matrix/cell.ts';
import { allCells } from './matrix/cells.ts';
import { type Judged, judge, judgeAll } from './matrix/judge.ts';
import { given, readPending, writePending } from './matrix/pending.ts';
import { Network } from './netns.ts';

// `node test/lab/matrix.ts [WORDS]` builds every cell of the matrix, or those with WORDS in their name, and prints
// their diagnoses. `--fast` runs the subset of the tests. `--write` writes docs/reference/accuracy.md and the list of
// pending cells. The exit code is 1 if a cell that is not pending is wrong.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    jobs: { type: 'string', default: '4' },
    fast: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const [words = ''] = positionals;
const cells = allCells().filter((cell) => nameOf(cell).includes(words) && (!values.fast || cell.fast));
const pending = readPending();

function lineOf(judged: Judged): string {
  const { cell, name, right, skipped, ms } = judged;
  const mark = skipped
    ? 'left out'
    : right
      ? pending.has(name)
        ? 'solved'
        : 'ok'
      : pending.has(name)
        ? 'pending'
        : 'WRONG';
  return `${mark.padEnd(8)} ${name}: expected ${cell.codes.join(' or ') || 'nothing'}, given ${given(judged)}, ${ms} ms\n`;
}

const show = (judged: Judged) => void process.stdout.write(lineOf(judged));
const first = await judgeAll(cells, Number(values.jobs), show);
// The matrix does not measure timing on a busy machine, so a wrong cell is judged again, alone.
const results: Judged[] = [];
for (const judged of first) {
  const again = !judged.right && !judged.skipped && Number(values.jobs) > 1;
  results.push(again ? await judge(judged.cell) : judged);
  if (again) process.stdout.write(`alone:   ${lineOf(results.at(-1) ?? judged)}`);
}
await Network.removeAll();
const ran = results.filter(({ skipped }) => !skipped);
const right = ran.filter((one) => one.right).length;
const wrong = ran.filter((one) => !one.right && !pending.has(one.name)).length;
const left = results.length - ran.length;
process.stdout.write(`${right} of ${ran.length} right, ${wrong} wrong and not pending, ${left} left out\n`);
process.exitCode = wrong === 0 ? 0 : 1;
if (values.write) {
  if (words !== '' || values.fast) throw new Error('--write needs the whole matrix');
  await writeFile(new URL('../../docs/reference/accuracy.md', import.meta.url), accuracyPage(results));
  await writePending(results);
}
