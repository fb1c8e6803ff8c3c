import t from 'tap';
import { openPage, startBrowser, startFleet, withoutBrowser } from './browser.ts';

t.test('the first page in a browser', { skip: withoutBrowser }, async (t) => {
  const browser = await startBrowser(t);
  const fleet = await startFleet(t, { main: 'none', balanced: 'http-on-port', unexposed: 'port-refused' });

  t.test('names the broken hop, the remedy and the time without a click', async (t) => {
    const { page, problems } = await openPage(t, browser, fleet.url);
    t.equal(await page.textContent('h1'), 'Agents cannot reach 2 of 3 controllers');
    const row = page.locator('#k-balanced');
    t.match(await row.textContent(), /Unreachable[\s\S]*, since [\d:]+ UTC/);
    t.match(await row.locator('.mini .x').textContent(), /^ping/);
    t.match(
      await page.locator('#alb-or-http-lb-on-50000 .fix').textContent(),
      /Remedy Use a TCP \(layer 4\) listener/,
    );
    t.match(await page.locator('#reachable').textContent(), /main/);
    t.same(problems, []);
  });

  t.test('a change shows within two seconds and moves neither focus nor an open part', async (t) => {
    const { page, problems } = await openPage(t, browser, fleet.url);
    await page.click('#alb-or-http-lb-on-50000 summary');
    await page.focus('#a-balanced');
    await fleet.controllers.get('main')?.setFault('port-silent');
    await fetchUntil(fleet.url, 'main', 'down');
    const downAt = Date.now();
    await page.waitForSelector('#k-main .st.down');
    const tookMs = Date.now() - downAt;
    t.ok(tookMs < 2000, `it took ${tookMs} ms`);
    t.equal(await page.textContent('h1'), 'Agents cannot reach 3 of 3 controllers');
    t.match(await page.textContent('#toast'), /3 of 3/, 'and is read aloud');
    t.equal(await page.title(), '3 unreachable · agent-probe');
    t.equal(await page.evaluate('document.activeElement.id'), 'a-balanced');
    t.ok(
      await page
        .locator('#m-alb-or-http-lb-on-50000')
        .getAttribute('open')
        .then((open) => open !== null),
    );
    await fleet.controllers.get('main')?.setFault('none');
    await page.waitForSelector('#reachable #k-main');
    t.same(problems, []);
  });

  t.test('behind a proxy that holds events back it follows all the same', async (t) => {
    const { page, context } = await openPage(t, browser, 'about:blank');
    await context.route('**/events', () => undefined);
    await page.clock.install();
    await page.goto(fleet.url);
    await fleet.controllers.get('main')?.setFault('port-refused');
    await fetchUntil(fleet.url, 'main', 'down');
    t.equal(await page.locator('#k-main .st.down').count(), 0);
    await page.clock.runFor(11_000);
    await page.waitForSelector('#k-main .st.down');
    await fleet.controllers.get('main')?.setFault('none');
    await fetchUntil(fleet.url, 'main', 'up');
    await page.clock.runFor(11_000);
    await page.waitForSelector('#reachable #k-main');
  });

  t.test('an unchanged page costs a 304, a paused or hidden one nothing', async (t) => {
    const { page, context, refreshed } = await openPage(t, browser, 'about:blank');
    await context.route('**/events', () => undefined);
    await page.clock.install();
    await fetchUntil(fleet.url, 'main', 'up');
    await page.goto(`${fleet.url}?state=degraded`);
    for (const _ of [1, 2, 3]) {
      const answered = page.waitForResponse((response) => response.request().resourceType() === 'fetch');
      await page.clock.runFor(10_000);
      await answered;
    }
    t.same(refreshed, [200, 304, 304]);
    await page.click('[data-do=pause]');
    await page.clock.runFor(60_000);
    t.equal(refreshed.length, 3);
  });

  t.test('a daemon that stops is announced, and the page keeps what it shows', async (t) => {
    const other = await startFleet(t, { main: 'none' });
    const { page } = await openPage(t, browser, other.url);
    await page.clock.install();
    await page.goto(other.url);
    await other.close();
    await page.clock.runFor(11_000);
    await page.waitForSelector('#lost:not([hidden])');
    t.match(await page.textContent('h1'), /Agents reach the controller/);
  });
});

async function fetchUntil(url: string, name: string, wanted: 'up' | 'down'): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}controllers/${name}`);
    const { verdict } = (await response.json()) as { verdict: string };
    if (verdict === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
