import { readFileSync } from 'node:fs';
import t from 'tap';
import { CATALOGUE } from '../../src/diagnosis/catalogue.ts';
import { COMPARISON_CODES } from '../../src/diagnosis/comparison-codes.ts';
import { diagnosesReference } from '../../src/diagnosis/reference.ts';
import { REASONS } from '../../src/protocol/reason.ts';

t.test('the catalogue has every reason and every comparison, and nothing else', async (t) => {
  t.strictSame(Object.keys(CATALOGUE).sort(), [...REASONS, ...Object.keys(COMPARISON_CODES)].sort());
  t.equal(new Set(REASONS).size, REASONS.length, 'no reason twice');
});

t.test('every entry says something of its own in whole sentences', async (t) => {
  const titles = Object.values(CATALOGUE).map(({ title }) => title);
  t.equal(new Set(titles).size, titles.length, 'no title twice');
  for (const [code, { title, cause, remedy }] of Object.entries(CATALOGUE)) {
    t.match(title, /^[A-Z].*[^.]$/, `${code}: a title`);
    t.match(cause, /^[A-Z].*\.$/, `${code}: a cause`);
    t.match(remedy, /^[A-Z].{10,}/, `${code}: a remedy`);
  }
});

t.test('docs/diagnoses.md is the catalogue', async (t) => {
  const written = readFileSync(new URL('../../docs/diagnoses.md', import.meta.url), 'utf8');
  t.equal(written, diagnosesReference(), 'run: node scripts/generate-reference.ts');
});
