import { execFileSync } from 'node:child_process';
import t from 'tap';

const MODULE = new URL('../../src/cli/v8-settings.ts', import.meta.url).href;

t.test('the garbage of the start is collected', async (t) => {
  const code = `
    import { keepMemorySmall, optimiseWhenBusy, settleMemory } from '${MODULE}';
    keepMemorySmall();
    let garbage = Array.from({ length: 500_000 }, (_, index) => ({ index }));
    const seen = new WeakRef(garbage);
    garbage = undefined;
    await new Promise((resolve) => setImmediate(resolve));
    const before = process.memoryUsage().heapUsed;
    settleMemory();
    optimiseWhenBusy(1);
    console.log(JSON.stringify({ kept: seen.deref() !== undefined, freed: before - process.memoryUsage().heapUsed }));
  `;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
  });
  const { kept, freed } = JSON.parse(output);
  t.equal(kept, false);
  t.ok(freed > 10_000_000, `${freed} bytes freed; and the process ends, so no timer holds it`);
});
