import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { VALUES } from '../../scripts/chart/values-schema.ts';
import { valueRows } from '../../scripts/chart/values-table.ts';
import {
  CHART,
  CI_FILES,
  ciFile,
  MAIN,
  type Manifest,
  readValues,
  skipWithoutHelm,
  template,
} from './chart.ts';

const rows = valueRows(readFileSync(`${CHART}values.yaml`, 'utf8'));

/** The value at a dotted path, undefined where there is none. */
function at(values: Manifest, path: string): unknown {
  return path.split('.').reduce((value, key) => value?.[key], values);
}

t.test('values.yaml and its schema know the same values', async (t) => {
  const known = rows.map(({ path }) => path).sort();
  const schema = Object.entries(VALUES).flatMap(pathsOf).sort();
  t.strictSame(schema, known, 'VALUES in scripts/chart/values-schema.ts has the values of values.yaml');

  /** A group in values.yaml is followed down, as deep as that goes. */
  function pathsOf([path, schema]: [string, Manifest]): string[] {
    if (!rows.some((row) => row.path.startsWith(`${path}.`))) return [path];
    return Object.entries(schema.properties).flatMap(([key, each]) => pathsOf([`${path}.${key}`, each]));
  }
});

t.test(
  'every value is set to something else in some file of ci/, and those files set nothing else',
  async (t) => {
    const files = CI_FILES.map((name) => ({ name, values: readValues(ciFile(name)) }));
    for (const { path, standard } of rows) {
      const set = files.filter(({ values }) => {
        const value = at(values, path);
        return value !== undefined && !isDeepStrictEqual(value, standard);
      });
      t.ok(set.length > 0, `${path}: set it to something else in a file of the chart's ci/`);
    }
    for (const { name, values } of files) {
      for (const path of leaves(values, '')) {
        const known = rows.some((row) => path === row.path || path.startsWith(`${row.path}.`));
        t.ok(known, `${name}: ${path} is a value`);
      }
    }
  },
);

t.test('a template reads every value', async (t) => {
  const folder = `${CHART}templates/`;
  const templates = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(yaml|tpl|txt)$/.test(name))
    .map((name) => readFileSync(folder + name, 'utf8'))
    .join('\n');
  for (const { path } of rows) {
    const key = path.split('.').at(-1);
    t.match(templates, new RegExp(`[."]${key}\\b`), `${path}: read it in a template of the chart`);
  }
});

function leaves(value: unknown, prefix: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [prefix];
  return Object.entries(value).flatMap(([key, each]) =>
    leaves(each, prefix === '' ? key : `${prefix}.${key}`),
  );
}

t.test('what the schema does not know is refused, and named', { skip: skipWithoutHelm }, async (t) => {
  const wrong: readonly (readonly [values: Record<string, unknown>, named: RegExp])[] = [
    [{ replica: 2 }, /replica/],
    [{ service: { prot: 80 } }, /prot/],
    [{ image: { digest: 'latest' } }, /digest/],
    [{ kind: 'StatefulSet' }, /kind/],
    [{ networkPolicy: { egress: { cidr: '10.0.0.0/8' } } }, /cidr/],
    [{ securityContext: { readOnlyRootFileSystem: true } }, /readOnlyRootFileSystem/],
    [{ livenessProbe: { httpget: {} } }, /httpget/],
    [{ tolerations: [{ effects: 'NoSchedule' }] }, /effects/],
    [{ extraEnv: [{ name: 'A', val: 'b' }] }, /val/],
    [{ serviceMonitor: { enabled: 'yes' } }, /enabled/],
    [{ config: { ...MAIN, controller: [] } }, /controller/],
    [{ config: { controllers: [{ name: 'main', tunel: 'a:1' }] } }, /tunel/],
    [{ config: { ...MAIN, probe: { cadence: { ping: true } } } }, /ping/],
    [{ config: { ...MAIN, listen: { port: 99_999 } } }, /port/],
  ];
  for (const [values, named] of wrong) {
    const { code, stderr } = await template({ config: MAIN, ...values });
    t.not(code, 0, JSON.stringify(values));
    t.match(stderr, named);
  }
});

t.test(
  'as a part of another chart it takes the globals and the condition of that',
  { skip: skipWithoutHelm },
  async (t) => {
    const { code, stderr } = await template({ config: MAIN, enabled: true, global: { storageClass: 'gp3' } });
    t.equal(code, 0, stderr);
  },
);

t.test('a value without a description cannot be written', async (t) => {
  t.throws(() => valueRows('# plain\na: 1\n'), /a has no comment/);
  t.throws(() => valueRows('# -- Said.\na: 1\nb:\n  c: 2\n'), /b\.c has no comment/);
  t.strictSame(valueRows('# -- Said.\na: 1\nb:\n  # -- Also.\n  c: [x]\n'), [
    { path: 'a', standard: 1, description: 'Said.' },
    { path: 'b.c', standard: ['x'], description: 'Also.' },
  ]);
});
