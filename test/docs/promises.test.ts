import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';

const DOCS = new URL('../../docs/', import.meta.url);

/** Words that the rows of a page must have between them. */
const REQUIRED = {
  'reliability.md': [
    ...['killed', 'restarts every second', 'slow', 'hostile', 'DNS', 'addresses of a name change'],
    ...[
      'Packets are delayed',
      'clock jumps',
      'event loop stalls',
      'stopped',
      'file descriptors',
      'Disk full',
    ],
    ...['pipe closed', 'nobody reads', 'Memory is limited', 'API server is gone', 'leader is killed'],
    ...['broken', 'half-written', 'swapped', 'Slow clients', 'Many clients', 'Malicious clients'],
  ],
  'security.md': [
    ...['## Hostile controllers', '## The network in between', '## HTTP clients', '## Scrapers'],
    ...['## Configuration authors', '## Log authors', '## Cluster objects', '## Supply chain'],
  ],
};

for (const [page, words] of Object.entries(REQUIRED)) {
  const text = readFileSync(new URL(page, DOCS), 'utf8');
  t.test(`every row of ${page} has a test that exists`, async (t) => {
    const rows = text
      .split('\n')
      .filter((line) => /^\| (?!fault|attempt|value)/.test(line) && line.includes('.'));
    const promises = rows.filter((row) => !/^\| (daemon|controllers|series)\b/.test(row));
    t.ok(promises.length > 20, `${promises.length} rows`);
    for (const row of promises) {
      const links = [...(row.split(' | ').at(-1) ?? '').matchAll(/\]\((\.\.\/test\/[^)]+)\)/g)];
      t.ok(links.length > 0, row);
      for (const [, path = ''] of links) t.ok(existsSync(new URL(path, DOCS)), path);
    }
  });
  t.test(`${page} has every fault`, async (t) => {
    for (const each of words) t.ok(text.includes(each), each);
  });
}
