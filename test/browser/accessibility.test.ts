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
    // The content security policy of the pages would refuse the script of the checker.
    const { page } = await openPage(t, browser, fleet.url, { bypassCSP: true });
    for (const path of paths) {
      await page.goto(fleet.url + path);
      await page.evaluate(
        "for (const each of document.querySelectorAll('details')) { each.name = ''; each.open = true; }",
      );
      await page.evaluate(AXE);
      // Only colors differ between light and dark.
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
});
