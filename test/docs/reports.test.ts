import t from 'tap';
import { STEPS } from '../../src/model/result.ts';
import { startDemo } from '../../src/simulator/demo.ts';
import { runHere } from '../cli/in-process.ts';
import { blocksOf, read, wordsOf } from './documents.ts';

t.test('the report in the README and in the guide is what the program prints', async (t) => {
  const demo = await startDemo();
  t.teardown(() => demo.close());
  const url = demo.controllers.find(({ name }) => name === 'http-load-balancer')?.simulated.url ?? '';
  const { code, stdout } = await runHere(['diagnose', url]);
  t.equal(code, 1);
  const words = wordsOf(stdout);
  const [short = ''] = blocksOf('README.md', 'text');
  const parts = short.split(/^…$/m);
  t.ok(parts.length > 1);
  for (const part of parts) t.ok(words.includes(wordsOf(part)), `README.md:\n${part}\nis not in\n${stdout}`);
  const whole = blocksOf('docs/guides/diagnose-an-outage.md', 'text').join('\n');
  t.equal(wordsOf(whole), words, 'docs/guides/diagnose-an-outage.md');
});

t.test('the guide to the report explains every step', async (t) => {
  const guide = read('docs/guides/diagnose-an-outage.md');
  const cells = [...guide.matchAll(/^\| (`[a-z].*?) \|/gm)].map(([, cell = '']) => cell);
  const explained = [...cells.join().matchAll(/`([\w-]+)`/g)];
  t.strictSame(
    explained.map(([, step]) => step),
    STEPS,
  );
});
