import t from 'tap';
import { until } from '../server/watched-daemon.ts';
import { openPage, startBrowser, startFleet, textShown, withoutBrowser } from './browser.ts';

t.test('the first page in use', { skip: withoutBrowser }, async (t) => {
  const browser = await startBrowser(t);
  const fleet = await startFleet(t, { main: 'none', balanced: 'http-on-port', unexposed: 'port-refused' });

  t.test('the filter answers as somebody types, and an empty result says so', async (t) => {
    const { page, problems } = await openPage(t, browser, fleet.url);
    for (const [q, names] of [
      ['unexposed', ['unexposed']],
      ['HTTP server', ['balanced']],
      ['agent-port-refused', ['unexposed']],
      ['127.0.0.1', ['balanced', 'main', 'unexposed']],
      ['nothing-like-it', []],
    ] as const) {
      const answered = page.waitForResponse((response) => response.request().resourceType() === 'fetch');
      await page.fill('#q', q);
      await answered;
      await until(async () => (await page.locator('.rows > li').count()) === names.length);
      const shown = await page.locator('.rows .who a').allInnerTexts();
      t.same(shown.sort(), names, q);
    }
    t.ok(await page.isVisible('#none'));
    t.match(page.url(), /\?q=nothing-like-it$/, 'and the address can be shared');
    await page.click('#none a');
    t.equal(await page.locator('.rows > li').count(), 3);
    t.same(problems, []);
  });

  t.test('the keyboard alone is enough', async (t) => {
    const { page, problems } = await openPage(t, browser, fleet.url, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.keyboard.press('Tab');
    t.equal(await page.evaluate('document.activeElement.className'), 'jump', 'first to the content');
    await page.keyboard.press('j');
    const first = await page.evaluate('document.activeElement.textContent');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    t.equal(await page.evaluate('document.activeElement.textContent'), first);
    await page.keyboard.press('c');
    await textShown(page, '#toast', /^Copied/);
    const copied = String(await page.evaluate('navigator.clipboard.readText()'));
    t.match(copied, new RegExp(`^${first}: Unreachable`));
    t.match(copied, /breaks at \w+, hop \d of 9 on the agent port/);
    t.match(copied, /Remedy: /);
    t.ok(copied.endsWith(`${fleet.url}controllers/${first}`));
    await page.keyboard.press('/');
    await page.keyboard.type('jk?');
    t.equal(await page.inputValue('#q'), 'jk?', 'no shortcut in a field');
    await page.fill('#q', '');
    await page.locator('h1').click();
    await page.keyboard.press('?');
    t.ok(await page.isVisible('#keys'));
    await page.uncheck('#keyson');
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    t.equal(
      await page.evaluate("document.activeElement.closest('.rows')"),
      null,
      'shortcuts can be switched off',
    );
    t.same(problems, []);
  });

  t.test('copies without the clipboard interface, as over plain HTTP', async (t) => {
    const { page } = await openPage(t, browser, fleet.url);
    await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    await page.locator('[data-do=row]').first().click();
    await textShown(page, '#toast', /^Copied/);
    t.pass('copied');
  });

  t.test('without script: the form filters, and no dead button is shown', async (t) => {
    const { page } = await openPage(t, browser, fleet.url, { javaScriptEnabled: false });
    t.equal(await page.locator('button:visible').count(), 1, 'the one of the form');
    t.ok(await page.isVisible('text=Reload'));
    await page.fill('#q', 'unexposed');
    await page.locator('.filter button').click();
    t.same(await page.locator('.rows .who a').allInnerTexts(), ['unexposed']);
    await page.locator('.rows .who a').click();
    t.match(page.url(), /\/controllers\/unexposed$/);
    t.ok(await page.isVisible('.hop.bad'));
  });
});
