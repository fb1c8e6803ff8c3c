import { readFileSync } from 'node:fs';
import t from 'tap';
import { metricsReference } from '../../scripts/reference/metrics-page.ts';
import { METRICS, type MetricSpec } from '../../src/metrics/table.ts';

t.test('docs/reference/metrics.md is what the table says', async (t) => {
  const written = readFileSync(new URL('../../docs/reference/metrics.md', import.meta.url), 'utf8');
  t.equal(written, metricsReference(), 'run: node scripts/generate-reference.ts');
});

t.test('every metric is named as its type and unit ask for', async (t) => {
  for (const [name, { type, help, labels }] of Object.entries<MetricSpec>(METRICS)) {
    t.equal(name.endsWith('_total'), type === 'counter', `${name}: _total is for counters`);
    t.notMatch(name, /milli|_ms\b/, `${name}: base units`);
    t.match(help, /\.$/, `${name}: help is a sentence`);
    t.notMatch(help, /[|\n]/, `${name}: help fits a table`);
    t.notOk(labels.includes('le'), `${name}: le is taken`);
  }
});
