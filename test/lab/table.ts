import { AREAS } from './areas.ts';
import { type Outcome, tableOf, tryFault } from './lab.ts';
import { Network } from './netns.ts';
import { missingParts } from './parts.ts';

// `node test/lab/table.ts [WORDS]` builds every fault of the lab, or those with WORDS in their name, and prints their
// diagnoses. The exit code is 1 if a fault that is not pending has a wrong diagnosis.
const [words = ''] = process.argv.slice(2);
const outcomes: Outcome[] = [];
for (const fault of Object.values(AREAS).flat()) {
  if (!fault.name.includes(words)) continue;
  const missing = missingParts(fault.parts);
  if (missing === false) outcomes.push(await tryFault(fault));
  else process.stdout.write(`left out: ${fault.name} (${missing})\n`);
}
await Network.removeAll();
process.stdout.write(`${tableOf(outcomes).join('\n')}\n`);
const judged = outcomes.filter(({ fault }) => fault.pending === undefined);
const right = judged.filter(({ rank }) => rank === 1);
const pending = outcomes.length - judged.length;
process.stdout.write(`${right.length} of ${judged.length} at first rank, ${pending} pending\n`);
process.exitCode = right.length === judged.length ? 0 : 1;
