import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { parse } from 'yaml';
import { RECORDINGS } from '../../alerts/recordings.ts';
import { alertsReference } from '../../alerts/reference.ts';
import { ALERTS, renderedAlerts } from '../../alerts/rendered.ts';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { METRICS } from '../../src/metrics/table.ts';
import { METRIC_LABELS } from '../../src/model/metric-labels.ts';
import { familiesIn } from '../dashboards/families.ts';
import { promtool, skipWithoutPrometheus } from './prometheus-program.ts';

const root = new URL('../../', import.meta.url);
const RULES = fileURLToPath(new URL('alerts/jenkins-agent-probe.yaml', root));
const testdata = new URL('testdata/', import.meta.url);
const files = readdirSync(testdata);

interface Case {
  readonly alert_rule_test?: readonly { alertname: string; exp_alerts?: readonly object[] }[];
}

/** Returns the path of a file with test cases for these rules, for promtool. */
function testFile(t: Tap, file: string, rules: string): string {
  const folder = t.testdir();
  const path = `${folder}/${file}`;
  writeFileSync(path, readFileSync(new URL(file, testdata), 'utf8').replace('RULES', rules));
  return path;
}

t.test('every alert is named once, leads to its own section, and asks for metrics that exist', async (t) => {
  const names = ALERTS.map(({ name }) => name);
  t.equal(new Set(names).size, names.length);
  const headings = [...alertsReference().matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  t.strictSame(headings, [...names, 'Recorded series'], 'a section each');
  const known = new Set<string>(Object.keys(METRICS));
  for (const { name, expr, summary, actions } of ALERTS) {
    t.match(name, /^Jenkins[A-Z]\w+$/);
    t.ok(actions.length > 0, `${name}: what to do`);
    t.notMatch(summary, /\.$/, `${name}: a summary is no sentence`);
    const families = familiesIn(expr);
    t.ok(families.length > 0, name);
    for (const family of families) t.ok(known.has(family), `${name}: ${family}`);
  }
});

t.test('the documentation names diagnoses and alerts that exist', async (t) => {
  const text = alertsReference();
  const codes = [...text.matchAll(/diagnoses\.md#([\w-]+)/g)].map(([, code = '']) => code);
  t.ok(codes.length > 5);
  for (const code of codes) t.ok(Object.hasOwn(CATALOGUE, code), code);
  for (const [name] of text.matchAll(/\bJenkins[A-Z][a-z]+[A-Z]\w+/g)) {
    t.ok(
      ALERTS.some((each) => each.name === name),
      name,
    );
  }
});

t.test('every alert has a case in which it fires and one in which it does not', async (t) => {
  const cases = files.flatMap((file) => {
    const { tests }: { tests: readonly Case[] } = parse(readFileSync(new URL(file, testdata), 'utf8'));
    return tests.flatMap(({ alert_rule_test = [] }) => alert_rule_test);
  });
  for (const { name } of ALERTS) {
    const own = cases.filter(({ alertname }) => alertname === name);
    t.ok(
      own.some(({ exp_alerts = [] }) => exp_alerts.length > 0),
      `${name} fires`,
    );
    t.ok(
      own.some(({ exp_alerts = [] }) => exp_alerts.length === 0),
      `${name} does not`,
    );
  }
});

t.test('promtool takes the rules, and every case holds', { skip: skipWithoutPrometheus }, async (t) => {
  t.match(promtool(['check', 'rules', RULES]), {
    code: 0,
    output: `SUCCESS: ${ALERTS.length + RECORDINGS.length} rules found`,
  });
  for (const file of files) {
    const { code, output } = promtool(['test', 'rules', testFile(t, file, RULES)]);
    t.equal(code, 0, `${file}: ${output}`);
  }
});

t.test(
  'every link is absolute, and the command of docs/reference/alerts.md leads them to a probe',
  async (t) => {
    const command = /^sed .+(?= > )/m.exec(alertsReference())?.[0] ?? '';
    const led = spawnSync('sh', ['-c', command], { cwd: fileURLToPath(root), encoding: 'utf8' }).stdout;
    t.notMatch(led, /127\.0\.0\.1/);
    const { groups } = parse(led) as { groups: { rules: { annotations?: Record<string, string> }[] }[] };
    const annotations = groups.flatMap(({ rules }) => rules.map((rule) => rule.annotations ?? {}));
    const base = 'https://probe.example.com';
    t.strictSame(
      new Set(
        annotations.flatMap((each) =>
          [each.runbook_url, each.diagnose_url].filter((url) => url !== undefined),
        ),
      ),
      new Set([
        `${base}/controllers/{{ $labels.controller }}`,
        `${base}/diagnose?controller={{ $labels.controller }}`,
        `${base}/`,
      ]),
    );
    t.match(led, `(${base}/diagnoses/{{ .Labels.code }})`);
  },
);

t.test('no label of the metrics is one that the Prometheus operator sets', async (t) => {
  for (const label of [
    'namespace',
    'service',
    'pod',
    'container',
    'endpoint',
    'job',
    'instance',
    'prometheus',
  ]) {
    t.notOk(
      METRIC_LABELS.some((each) => each === label),
      label,
    );
  }
});

t.test('without any one of the rules a case fails', { skip: skipWithoutPrometheus }, async (t) => {
  const { groups } = parse(renderedAlerts());
  for (const { name } of ALERTS) {
    const rules = `${t.testdir()}/rules.yaml`;
    const left = groups.map((group: { rules: { alert: string }[] }) => ({
      ...group,
      rules: group.rules.filter(({ alert }) => alert !== name),
    }));
    writeFileSync(rules, JSON.stringify({ groups: left }));
    const tests = files.flatMap((file) => {
      const text = readFileSync(new URL(file, testdata), 'utf8');
      if (!text.includes(`alertname: ${name}\n`)) return [];
      const path = rules.replace('rules.yaml', file);
      const whole = parse(text) as { tests: readonly Case[] };
      const own = whole.tests.filter(({ alert_rule_test = [] }) =>
        alert_rule_test.some(({ alertname }) => alertname === name),
      );
      writeFileSync(path, JSON.stringify({ ...whole, rule_files: [rules], tests: own }));
      return [path];
    });
    t.not(promtool(['test', 'rules', ...tests]).code, 0, name);
  }
});

type Tap = Pick<typeof t, 'testdir'>;
