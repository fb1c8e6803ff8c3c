import { globSync, readFileSync } from 'node:fs';
import t from 'tap';
import { METRICS } from '../../src/metrics/table.ts';

const ROOT = new URL('../../', import.meta.url);

t.test('only the recorders of src/metrics write metrics', async (t) => {
  const files = globSync('src/**/*.ts', { cwd: ROOT }).filter((file) => !file.startsWith('src/metrics/'));
  t.ok(files.length > 200);
  const holders = files.filter((file) =>
    /metrics\/(registry|table)\.ts'|from 'prom-client'/.test(readFileSync(new URL(file, ROOT), 'utf8')),
  );
  t.strictSame(holders, ['src/serve/parts.ts'], 'the composition root gives the registry to the recorders');
  const text = readFileSync(new URL('src/serve/daemon.ts', ROOT), 'utf8');
  t.strictSame(text.match(/registry\.\w+/g), ['registry.collectProcess']);
});

t.test('a recorder writes every metric of the table', async (t) => {
  const files = globSync('src/metrics/*.ts', { cwd: ROOT }).filter((file) => !file.endsWith('/table.ts'));
  const code = files.map((file) => readFileSync(new URL(file, ROOT), 'utf8')).join('\n');
  for (const name of Object.keys(METRICS)) {
    t.ok(code.includes(`'${name}'`), `${name}: write it in a recorder of src/metrics`);
  }
});
