import t from 'tap';
import { CODES } from '../../src/catalogue/codes.ts';
import { diagnosisOf } from '../../src/catalogue/diagnosis.ts';
import { ChangeSignal } from '../../src/daemon/change-signal.ts';
import { ReportArchive } from '../../src/daemon/report-archive.ts';
import { renderCatalogue, renderEntry } from '../../src/report/render-entry.ts';
import { resultOf, STARTED_AT } from '../daemon/results.ts';
import { appOf, entrypoint, REPORT, statusOf } from './app-of.ts';

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

async function fleetOf(t: Parameters<typeof appOf>[0]) {
  const failure = { step: 'ping', reason: 'l4-accept-then-close' } as const;
  const entrypoints = [entrypoint('web', 'up'), entrypoint('agent-port', 'down')];
  const status = statusOf('main', entrypoints, [resultOf('ping', { failure })], { verdict: 'down' });
  const reports = new ReportArchive();
  const changes = new ChangeSignal();
  let now = STARTED_AT;
  const made = await appOf(t, [status], {
    rootCauses: () => [
      { diagnosis: diagnosisOf('l4-accept-then-close', []), since: STARTED_AT, from: 'probes' },
    ],
    known: () => REPORT,
    diagnose: async () => {
      reports.keep(REPORT);
      return REPORT;
    },
    reports,
    changes,
    now: () => now,
  });
  const later = (ms: number) => {
    now += ms;
  };
  return { ...made, id: reports.keep(REPORT), changes, later };
}

t.test('browsers get pages, machines what they got before', async (t) => {
  const { app, id } = await fleetOf(t);
  for (const [path, first] of [
    ['/', 'text/html'],
    ['/controllers/main', 'application/json'],
    [`/reports/${id}`, 'application/json'],
    ['/diagnoses', 'application/json'],
    ['/diagnoses/identity-mismatch', 'application/json'],
  ] as const) {
    for (const [headers, type] of [
      [{}, first],
      [{ accept: '*/*' }, first],
      [BROWSER, 'text/html'],
    ] as const) {
      const response = await app.inject({ url: path, headers });
      t.equal(response.statusCode, 200, path);
      t.match(response.headers['content-type'], type, `${path} for ${JSON.stringify(headers)}`);
      t.equal(response.headers.vary, 'accept');
    }
  }
  const listed = await app.inject({ url: '/controllers', headers: BROWSER });
  t.match(listed.headers['content-type'], 'application/json');
});

t.test('?format= is stronger than Accept', async (t) => {
  const { app, id } = await fleetOf(t);
  for (const path of ['/controllers/main', `/reports/${id}`, '/diagnose?controller=main']) {
    for (const [format, type] of [
      ['json', 'application/json'],
      ['text', 'text/plain'],
      ['markdown', 'text/markdown'],
    ] as const) {
      const url = `${path}${path.includes('?') ? '&' : '?'}format=${format}`;
      const response = await app.inject({ url, headers: BROWSER });
      t.equal(response.statusCode, 200, url);
      t.match(response.headers['content-type'], type, url);
    }
  }
  const text = await app.inject('/?format=text');
  t.match(text.body, /^Agents cannot reach 1 of 1 controller\.\n/);
  t.match(
    text.body,
    /main: unreachable since 2026-01-02T03:04:05Z, breaks at ping, hop 4 of 9 on the agent port/,
  );
  const markdown = await app.inject('/?format=markdown');
  t.match(markdown.body, /^\*\*Agents cannot reach 1 of 1 controller\.\*\*/);
});

t.test('?format= answers in that form, or names the forms of the path', async (t) => {
  const { app, id } = await fleetOf(t);
  const TYPES: Readonly<Record<string, string>> = {
    json: 'application/json',
    text: 'text/plain',
    markdown: 'text/markdown',
    html: 'text/html',
  };
  for (const [path, forms] of [
    ['/', ['html', 'text', 'markdown']],
    ['/diagnoses', ['json', 'html', 'text']],
    ['/diagnoses/identity-mismatch', ['json', 'html', 'text']],
    ['/controllers/main', ['json', 'text', 'markdown', 'html']],
    [`/reports/${id}`, ['json', 'text', 'markdown', 'html']],
    ['/diagnose?controller=main', ['json', 'text', 'markdown', 'html']],
  ] as const) {
    for (const format of [...Object.keys(TYPES), 'pdf', '']) {
      const url = `${path}${path.includes('?') ? '&' : '?'}format=${format}`;
      const response = await app.inject({ url, headers: BROWSER });
      const offered = forms.some((form) => form === format);
      // The page of a diagnosis that ends at once is that of its report.
      const redirected = path.startsWith('/diagnose?') && format === 'html';
      t.equal(response.statusCode, redirected ? 303 : offered ? 200 : 400, url);
      if (redirected) t.match(response.headers.location, 'reports/', url);
      else if (offered) t.match(response.headers['content-type'], TYPES[format], url);
      else for (const form of forms) t.match(response.body, new RegExp(`\\b${form}\\b`), url);
    }
  }
});

t.test('a page that only time has changed is 304', async (t) => {
  const { app, later } = await fleetOf(t);
  for (const url of ['/', '/controllers/main', '/diagnoses', '/diagnoses/l4-accept-then-close']) {
    const first = await app.inject({ url, headers: BROWSER });
    const etag = String(first.headers.etag);
    later(17_000);
    const again = await app.inject({ url, headers: { ...BROWSER, 'if-none-match': etag } });
    t.equal(again.statusCode, 304, url);
    t.equal(again.body, '');
    if (url === '/' || url === '/diagnoses') {
      const other = await app.inject({
        url: `${url}?q=nothing`,
        headers: { ...BROWSER, 'if-none-match': etag },
      });
      t.equal(other.statusCode, 200, `${url} with a filter`);
    }
  }
});

t.test('every page has the policy, and loads what is there', async (t) => {
  const { app, id } = await fleetOf(t);
  for (const url of [
    '/',
    '/controllers/main',
    `/reports/${id}`,
    '/diagnoses',
    '/diagnoses/identity-mismatch',
    '/a/b/c',
  ]) {
    const { headers, body } = await app.inject({ url, headers: BROWSER });
    t.match(
      headers['content-security-policy'],
      /^default-src 'none'; style-src 'self'; script-src 'self';/,
      url,
    );
    t.equal(headers['referrer-policy'], 'no-referrer');
    t.equal(headers['x-robots-tag'], 'noindex');
    t.notMatch(body, /(?:href|src|action)="(?:https?:|\/)/, 'relative links alone, for a prefix of a proxy');
    for (const [, link = ''] of body.matchAll(/(?:href|src|action)="([^"#]+)"/g)) {
      const path = new URL(link, `http://probe${url}`).pathname;
      if (path === '/diagnose') continue;
      t.equal((await app.inject({ url: path, headers: BROWSER })).statusCode, 200, `${url}: ${link}`);
      if (path.startsWith('/ui/')) {
        t.match((await app.inject(path)).headers['cache-control'], /immutable/);
      }
    }
  }
});

t.test('every code has a runbook', async (t) => {
  const { app } = await fleetOf(t);
  for (const code of CODES) {
    const { statusCode, body } = await app.inject({ url: `/diagnoses/${code}`, headers: BROWSER });
    t.equal(statusCode, 200, code);
    t.match(body, '<h3>Remedy</h3>');
    const inText = await app.inject(`/diagnoses/${code}?format=text`);
    t.equal(inText.body, renderEntry(code), 'and its text is that of `explain`');
  }
  t.equal((await app.inject('/diagnoses?format=text')).body, renderCatalogue());
  const missing = await app.inject({ url: '/diagnoses/dns-nothing', headers: BROWSER });
  t.equal(missing.statusCode, 404);
  t.match(missing.body, /href="\.\.\/diagnoses\/dns-/, 'with codes that are alike');
});

t.test('a diagnosis in a browser leads to the page of its report; a prefetch runs nothing', async (t) => {
  const { app, id } = await fleetOf(t);
  const prefetched = await app.inject({
    url: '/diagnose?controller=main',
    headers: { ...BROWSER, 'sec-purpose': 'prefetch;prerender' },
  });
  t.equal(prefetched.statusCode, 503);
  const response = await app.inject({ url: '/diagnose?controller=main', headers: BROWSER });
  t.equal(response.statusCode, 303);
  t.equal(response.headers.location, `reports/${id}`);
  const json = await app.inject('/diagnose?controller=main');
  t.equal(json.headers['content-location'], `reports/${id}`);
  t.same((await app.inject(`/reports/${id}`)).json(), json.json());
  t.equal((await app.inject('/reports/unknown')).statusCode, 404);
});

t.test('errors are pages for browsers and JSON for machines', async (t) => {
  const { app } = await fleetOf(t);
  const page = await app.inject({ url: '/controllers/mian', headers: BROWSER });
  t.equal(page.statusCode, 404);
  t.match(page.body, /Unknown controller &quot;mian&quot;/);
  t.match(page.body, 'href="../controllers/main"');
  const json = await app.inject('/controllers/mian');
  t.equal(json.json().code, 'unknown-controller');
});

t.test('a stream tells of changes, several at once as one, and ends with its client', async (t) => {
  const { app, changes } = await fleetOf(t);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as { port: number };
  const gone = new AbortController();
  const response = await fetch(`http://127.0.0.1:${port}/events`, { signal: gone.signal });
  t.match(response.headers.get('content-type'), /^text\/event-stream/);
  t.equal(changes.listeners, 1);
  for (const look of ['a', 'b', 'c']) changes.check('main', look);
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes('changed')) break;
  }
  t.equal(text.split('event: changed').length, 2);
  gone.abort();
  while (changes.listeners > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  t.equal(changes.listeners, 0);
});
