import t from 'tap';
import { startDemo } from '../../src/simulator/demo.ts';
import { runHere } from '../cli/in-process.ts';
import { blocksOf, wordsOf } from './documents.ts';

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
