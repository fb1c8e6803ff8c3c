import { readFileSync } from 'node:fs';
import t from 'tap';
import { ALERTS } from '../../alerts/rendered.ts';
import { panelsOf } from '../../dashboards/panel-view.ts';
import { DASHBOARDS, dashboardOf } from '../../dashboards/rendered.ts';
import { METRICS, type MetricSpec } from '../../src/metrics/table.ts';
import { familiesIn } from './families.ts';

const folder = new URL('../../dashboards/', import.meta.url);
const boards = Object.entries(DASHBOARDS).map(([name, build]) => [name, dashboardOf(build)] as const);
const panels = boards.flatMap(([name, board]) => panelsOf(board).map((panel) => ({ name, panel })));
const known = new Set<string>(Object.keys(METRICS));

/** Labels that the scrape or the configuration adds. */
const GIVEN = new Set(['cluster', 'job', 'instance']);

t.test('every metric that is asked for exists, and every family is asked for', async (t) => {
  const used = new Set<string>();
  for (const { name, panel } of panels) {
    for (const { expr } of panel.queries) {
      for (const family of familiesIn(expr)) {
        t.ok(known.has(family), `${name}, ${panel.title}: ${family}`);
        used.add(family);
      }
    }
  }
  for (const { expr } of ALERTS) for (const family of familiesIn(expr)) used.add(family);
  const unused = [...known].filter((family) => !used.has(family));
  t.strictSame(unused.sort(), [], 'query it in a panel of dashboards/ or an alert of alerts/');
});

t.test('a query selects and groups by labels that its families have', async (t) => {
  for (const { name, panel } of panels) {
    for (const { expr } of panel.queries) {
      const families = familiesIn(expr);
      const specs = families.map((family) => (METRICS as Readonly<Record<string, MetricSpec>>)[family]);
      const labels = new Set<string>(specs.flatMap((spec) => spec?.labels ?? []));
      const asked = [
        ...[...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/)),
        ...[...expr.matchAll(/[{,]\s*(\w+)[!=]~?"?/g)].map(([, label = '']) => label),
      ];
      for (const label of asked) {
        t.ok(labels.has(label) || GIVEN.has(label), `${name}, ${panel.title}: ${label}`);
      }
    }
  }
});

t.test('every panel says what it shows, in a unit, of the chosen data source', async (t) => {
  const UNITS = ['none', 's', 'cpm', 'reqps', 'percentunit', 'bytes'];
  for (const { name, panel } of panels) {
    t.match(panel.description, /\.$/, `${name}, ${panel.title}`);
    t.ok(panel.queries.length > 0);
    t.equal(panel.datasource, '$datasource');
    t.ok(
      panel.type === 'state-timeline' || UNITS.includes(panel.unit ?? ''),
      `${panel.title}: ${panel.unit}`,
    );
    for (const { expr } of panel.queries) {
      t.match(expr, /cluster=~"\$cluster"/, `${name}, ${panel.title}: of the chosen clusters`);
      if (/rate\(|increase\(/.test(expr) && !expr.includes('[24h]')) t.match(expr, /\[\$__rate_interval\]/);
    }
  }
});

t.test('a row of the grid is filled and nothing overlaps', async (t) => {
  for (const [name, board] of boards) {
    const taken = new Set<string>();
    for (const { title, gridPos } of board.panels ?? []) {
      t.ok(gridPos !== undefined && gridPos.x + gridPos.w <= 24, `${name}, ${title}`);
      if (gridPos === undefined) continue;
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          t.notOk(taken.has(`${x},${y}`), `${name}, ${title}`);
          taken.add(`${x},${y}`);
        }
      }
    }
  }
});

t.test(
  'each has variables for data source, cluster and controller, and links to where a diagnosis is explained',
  async (t) => {
    const uids = new Set<string | undefined>();
    for (const [name, board] of boards) {
      const variables = board.templating?.list?.map((each) => each.name);
      t.strictSame(variables, ['datasource', 'cluster', 'controller', 'probe'], name);
      uids.add(board.uid);
      const text = JSON.stringify(board);
      for (const [, variable = ''] of text.matchAll(/\$\{(\w+)\}/g)) {
        t.ok(variables?.includes(variable) || variable === '__url_time_range', `${name}: \${${variable}}`);
      }
    }
    t.equal(uids.size, boards.length);
    for (const name of ['fleet', 'controller']) {
      const text = JSON.stringify(boards.find(([each]) => each === name));
      t.match(text, /\$\{probe\}\/diagnose\?controller=/, name);
      t.match(text, /\$\{probe\}\/diagnoses\//, name);
      t.match(text, /\$\{probe\}\/controllers\//, name);
    }
  },
);

t.test('the pictures show every panel, but those of rows without data', async (t) => {
  for (const [name, board] of boards) {
    const svg = readFileSync(new URL(`../docs/images/dashboard-${name}.svg`, folder), 'utf8');
    t.ok(svg.length < 300_000, `${name}: not too large`);
    let empty = false;
    for (const { type, title = '' } of board.panels ?? []) {
      if (type === 'row') empty = svg.includes(`>${title}: no data<`);
      if (!empty) t.ok(svg.includes(`>${title}<`), `${name}, ${title}: run npm run pictures`);
    }
  }
});
