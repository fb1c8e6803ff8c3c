import t from 'tap';
import { escapeHtml, statusPage } from '../../src/server/status-page.ts';
import { resultOf, stepsAt } from '../daemon/results.ts';
import { appOf, entrypoint, statusOf } from './app-of.ts';

t.test('every value is escaped', async (t) => {
  t.equal(
    escapeHtml(`<a href="x" id='y'>&</a>`),
    '&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;&lt;/a&gt;',
  );
  const attack = `"><script>alert('x')</script>`;
  const failure = { step: 'ping', reason: 'l4-accept-then-close' } as const;
  const steps = stepsAt('ping', 'a', failure).map((step) => ({ ...step, detail: attack }));
  const result = resultOf('ping', { failure, steps });
  const page = statusPage([
    statusOf(attack, [entrypoint('agent-port', 'down')], [result], { url: `http://x/${attack}` }),
  ]);
  t.notMatch(page, /<script/);
  t.notMatch(page, /href="[^"]*>/);
  t.equal(page.split('&lt;script&gt;').length - 1, 3, 'name, URL and detail are shown all the same');
});

t.test('the page loads nothing from anywhere', async (t) => {
  const { app } = await appOf(t, [
    statusOf('main', [entrypoint('web', 'up'), entrypoint('agent-port', 'up', { stale: true })]),
    statusOf('idle', []),
  ]);
  const response = await app.inject('/');
  t.equal(response.statusCode, 200);
  t.match(response.headers['content-type'], /^text\/html/);
  t.match(response.headers['content-security-policy'], /default-src 'none'/);
  t.notMatch(response.body, /<(script|link|img|iframe)|@import|url\(/);
  t.match(response.body, /<td class="stale">stale<\/td>/);
  t.match(response.body, /not probed/);
});
