import { execFileSync } from 'node:child_process';
import t from 'tap';

const MODULE = new URL('../../src/cli/v8-settings.ts', import.meta.url).href;

t.test('the young generation grows after the start only, and not without limit', async (t) => {
  const code = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { keepMemorySmall, letYoungGenerationGrow, optimiseWhenBusy } from '${MODULE}';
    const young = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size / 1e6;
    // Objects that stay alive make it grow. The turns in between let the program see each collection.
    const use = async () => {
      const alive = [];
      for (let turn = 0; turn < 100; turn++) {
        for (let index = 0; index < 10_000; index++) alive.push({ index });
        await new Promise((resolve) => setImmediate(resolve));
      }
      return young();
    };
    keepMemorySmall();
    const start = await use();
    letYoungGenerationGrow();
    optimiseWhenBusy(1);
    console.log(JSON.stringify({ start, later: await use() }));
  `;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
  });
  const { start, later } = JSON.parse(output);
  t.ok(start <= 8, `${start} MB during the start`);
  t.ok(later > 2 * start && later < 64, `${later} MB afterwards; and the process ends, so no timer holds it`);
});
