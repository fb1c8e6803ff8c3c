import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { openPage, startBrowser, startFleet, withoutBrowser } from './browser.ts';

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

t.test('every page in light and dark, wide and narrow', { skip: withoutBrowser }, async (t) => {
  const browser = await startBrowser(t);
  const fleet = await startFleet(t, { main: 'none', balanced: 'http-on-port' });
  const made = await fetch(`${fleet.url}diagnose?controller=balanced`);
  const report = made.headers.get('content-location') ?? '';
  t.match(report, /^reports\/./);
  const paths = [
    '',
    'controllers/balanced',
    'controllers/main',
    report,
    'diagnoses?q=agent+port',
    'diagnoses/alb-or-http-lb-on-50000',
    'controllers/missing',
  ];

  t.test('axe finds nothing', async (t) => {
    // The checker is a script from outside, which the policy of the pages would refuse.
    const { page } = await openPage(t, browser, fleet.url, { bypassCSP: true });
    for (const path of paths) {
      await page.goto(fleet.url + path);
      await page.evaluate(
        "for (const each of document.querySelectorAll('details')) { each.name = ''; each.open = true; }",
      );
      await page.evaluate(AXE);
      // Colors alone differ between light and dark.
      for (const [colorScheme, width, rules] of [
        ['light', 1280, { runOnly: RULES }],
        ['dark', 1280, { runOnly: ['color-contrast'] }],
        ['dark', 360, { runOnly: RULES }],
        ['light', 360, { runOnly: ['color-contrast'] }],
      ] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        const found = await page.evaluate(`axe.run(document, ${JSON.stringify(rules)})`);
        const { violations, passes } = found as { [K in 'violations' | 'passes']: readonly Violation[] };
        t.ok(passes.length > 0, `${passes.length} rules were checked`);
        t.same(
          violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
          [],
          `${path}, ${colorScheme}, ${width}`,
        );
      }
    }
  });

  t.test('nothing scrolls sideways, targets are large enough, headings do not skip', async (t) => {
    const { page, problems } = await openPage(t, browser, fleet.url);
    for (const path of paths.slice(0, -1)) {
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

/** Controls that a finger cannot hit, except links inside text. */
const SMALL_TARGETS = `[...document.querySelectorAll('a, button, input, summary')]
  .filter((each) => !each.closest('p, li > a, dd, td, h3, .list, .jump, .who, small, dialog, .changes') && each.checkVisibility())
  .map((each) => [each.textContent.slice(0, 20), each.getBoundingClientRect()])
  .filter(([, { width, height }]) => width > 0 && (width < 24 || height < 24))
  .map(([text, { width, height }]) => text + ' ' + Math.round(width) + 'x' + Math.round(height))`;
