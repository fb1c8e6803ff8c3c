import t from 'tap';
import { openPage, startBrowser, startFleet, withoutBrowser } from './browser.ts';

t.test('the layout of every page', { skip: withoutBrowser }, async (t) => {
  const browser = await startBrowser(t);
  const fleet = await startFleet(t, { main: 'none', balanced: 'http-on-port' });
  const made = await fetch(`${fleet.url}diagnose?controller=balanced`);
  const report = made.headers.get('content-location') ?? '';
  const paths = [
    '',
    'controllers/balanced',
    report,
    'diagnoses?q=agent+port',
    'diagnoses/alb-or-http-lb-on-50000',
  ];

  t.test('nothing scrolls sideways, targets are large enough, headings do not skip', async (t) => {
    const { page, problems } = await openPage(t, browser, fleet.url);
    for (const path of paths) {
      await page.goto(fleet.url + path);
      for (const width of [320, 360, 768, 1024, 1280, 1920]) {
        await page.setViewportSize({ width, height: 900 });
        const wide = Number(await page.evaluate('document.documentElement.scrollWidth'));
        t.ok(wide <= width, `${path} at ${width}: ${wide}`);
        t.same(await page.evaluate(SMALL_TARGETS), [], `${path} at ${width}`);
      }
      const levels = (await page.evaluate(
        "[...document.querySelectorAll('main :is(h1, h2, h3, h4)')].map((each) => Number(each.tagName[1]))",
      )) as readonly number[];
      t.equal(levels.filter((level) => level === 1).length, 1, `${path} has one title`);
      t.ok(
        levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1),
        `${path}: ${levels}`,
      );
    }
    t.same(problems, []);
  });

  t.test('the broken hop does not need its color', async (t) => {
    const { page } = await openPage(t, browser, `${fleet.url}controllers/balanced`, {
      forcedColors: 'active',
    });
    const width = await page.evaluate("getComputedStyle(document.querySelector('.hop.bad')).borderTopWidth");
    t.equal(width, '3px', 'a border in forced colors');
    const signs = (await page.evaluate(
      "['.hop.ok', '.hop.bad', '.hop.skip'].map((each) => getComputedStyle(document.querySelector(each), '::before').content)",
    )) as readonly string[];
    t.equal(new Set(signs).size, 3, signs.join(' '));
  });
});

/** Returns the controls that are too small for a finger, except links in text. */
const SMALL_TARGETS = `[...document.querySelectorAll('a, button, input, summary')]
  .filter((each) => !each.closest('p, li > a, dd, td, h3, .list, .jump, .who, small, dialog, .changes') && each.checkVisibility())
  .map((each) => [each.textContent.slice(0, 20), each.getBoundingClientRect()])
  .filter(([, { width, height }]) => width > 0 && (width < 24 || height < 24))
  .map(([text, { width, height }]) => text + ' ' + Math.round(width) + 'x' + Math.round(height))`;
