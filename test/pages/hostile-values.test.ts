import t from 'tap';
import { diagnosisOf } from '../../src/catalogue/diagnosis.ts';
import { controllerPage } from '../../src/pages/controller-page.ts';
import { endedStep, reportPage, runningContent } from '../../src/pages/diagnosis-page.ts';
import { errorPage } from '../../src/pages/error-page.ts';
import { fleetPage } from '../../src/pages/fleet-page.ts';
import { fleetView } from '../../src/pages/fleet-view.ts';
import { cataloguePage, runbookPage } from '../../src/pages/runbook-page.ts';
import type { Report } from '../../src/report/report.ts';
import { resultOf } from '../daemon/results.ts';
import { ORIGIN, REPORT } from '../server/app-of.ts';
import { NOW, viewOf } from './views.ts';

const ATTACK = `"'><img src=x onerror=alert(1)>\u202e&#60;`;

/** Returns plain data in which every string is the attack, except those that the program chooses. */
function hostile<T>(value: T, kept: readonly string[]): T {
  if (typeof value === 'string') return ATTACK as T;
  if (Array.isArray(value)) return value.map((each) => hostile(each, kept)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, kept.includes(key) ? each : hostile(each, kept)]),
  ) as T;
}

const OURS = [
  'step',
  'entrypoint',
  'outcome',
  'reason',
  'depth',
  'severity',
  'confidence',
  'layer',
  'code',
  'verdict',
  'look',
  'mode',
  'startedAt',
];

const origin = hostile(ORIGIN, []);
const failure = { step: 'ping', reason: 'l4-accept-then-close' } as const;
const result = hostile(resultOf('ping', { failure }), OURS);
const report: Report = hostile(
  { ...REPORT, extra: [{ look: 'repeat-hello', why: 'w', cost: 'c', result: 'r' }] },
  OURS,
);
const diagnosis = hostile(diagnosisOf('l4-accept-then-close', ['seen']), OURS);
const known = viewOf('x', 'down', [result], [diagnosis]);
const view = { ...known, name: ATTACK, host: ATTACK, status: { ...known.status, name: ATTACK, url: ATTACK } };

const PAGES: Readonly<Record<string, string>> = {
  fleet: fleetPage(fleetView([view], ATTACK), { origin, now: NOW }),
  'fleet with a problem': fleetPage(fleetView([view]), { origin, now: NOW }),
  controller: controllerPage(view, { known: report, reports: [], origin, now: NOW }),
  report: reportPage(report, { id: null, url: ATTACK, root: '../', now: NOW }),
  'running diagnosis': `${runningContent(ATTACK, result.steps, origin)}${result.steps.map((step) => endedStep(step))}`,
  runbook: runbookPage('l4-accept-then-close', [view], NOW),
  catalogue: cataloguePage(new Map([['l4-accept-then-close', [ATTACK]]]), '', NOW),
  'catalogue, filtered': cataloguePage(new Map(), ATTACK, NOW),
  error: errorPage(
    { status: 404, message: ATTACK, suggestions: [{ path: 'x', text: ATTACK }], retryAfter: 1 },
    '../',
    NOW,
  ),
};

for (const [name, page] of Object.entries(PAGES)) {
  t.test(`no value becomes markup: ${name}`, async (t) => {
    t.notMatch(page, /<img|onerror=alert\(1\)>|\u202e/);
    t.match(page, /&lt;img src=x onerror=alert\(1\)&gt;\\u202e&amp;#60;/, 'the value is shown all the same');
    t.notMatch(
      page,
      /<script(?! src="[^"]*ui\/page-[\w-]+\.js" defer><\/script>)|<style| style=|javascript:/,
    );
    // Attributes in double quotes contain no quote, so every tag has the form of a tag.
    for (const [tag] of page.matchAll(/<[a-z][^>]*>/g)) {
      t.match(tag, /^<[a-z][a-z0-9]*(?: [a-zA-Z-]+(?:="[^"<>]*")?)*\/?>$/, tag);
    }
  });
}
