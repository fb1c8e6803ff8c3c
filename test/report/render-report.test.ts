import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import t from 'tap';
import { renderReport } from '../../src/report/render-report.ts';
import { buildReport, type Report } from '../../src/report/report.ts';
import { COLOR, PLAIN, WIDTH } from '../../src/report/style.ts';
import { wrap } from '../../src/report/wrap.ts';
import { portBroken, portOk, result, surveyOf, webOk } from '../diagnosis/surveys.ts';

const silent = buildReport(
  'main',
  surveyOf(
    [
      webOk(),
      portBroken('ping', 'listener-accepts-but-silent', {}, [
        ['port-connect', 'ok'],
        ['hello', 'warning', 'listener-accepts-but-silent'],
      ]),
      result('websocket', true, [['ws-roundtrip', 'skipped', null, null, 0]]),
    ],
    { websocket: 'on' },
    [
      {
        check: {
          kind: 'tls-hello',
          address: null,
          why: 'to see if it waits for TLS, or answers nothing at all',
        },
        evidence: { kind: 'tls-hello', certificate: null },
        result: 'no TLS there',
        spent: { 'agent-port': 1 },
      },
    ],
  ),
);
const healthy = buildReport('main', surveyOf([webOk(), portOk()]));

const golden = (name: string) => readFileSync(new URL(`./testdata/${name}.txt`, import.meta.url), 'utf8');

t.test('a broken way, as people read it', async (t) => {
  t.equal(renderReport(silent), golden('report-silent'));
});

t.test('a healthy way says what was not checked', async (t) => {
  t.equal(renderReport(healthy), golden('report-healthy'));
});

t.test('no line is wider than a terminal, and there is no colour unless it is asked for', async (t) => {
  for (const report of [silent, healthy]) {
    const text = renderReport(report);
    t.notOk(text.includes('\u001b'));
    for (const line of text.split('\n')) t.ok(line.length <= WIDTH, line);
    t.ok(renderReport(report, COLOR).includes('\u001b[32m'));
  }
});

t.test('the lines of a step are indented to its text', async (t) => {
  const remedy = `1. ${'open the port '.repeat(9)}\n2. Wait.`;
  const diagnoses = silent.diagnoses.map((each) => ({ ...each, remedy }));
  t.match(
    renderReport({ ...silent, diagnoses }),
    /^ {3}Remedy: {4}1\. open .*\n {17}\w.*\n {14}2\. Wait\.$/m,
  );
});

t.test('only the first broken hop is marked', async (t) => {
  t.equal(renderReport(silent).split('the first broken hop').length, 2);
  t.match(renderReport(silent), /✗ ping [^✓!–]*\^ the first broken hop/);
  t.notMatch(renderReport(healthy), /broken/);
});

t.test('a long word stays whole, and nothing is lost by breaking lines', async (t) => {
  const command = `kubectl-get-${'x'.repeat(150)}`;
  const text = `run ${command} and then look`;
  t.ok(wrap(text, 10).includes(command));
  t.equal(wrap(text, 10).join(' '), text);
  const span = `\`kubectl ${'get pods '.repeat(12)}\``;
  t.ok(wrap(`First run ${span} and  then look`, 10).includes(span), 'a code span is not broken');
  t.equal(wrap(`First run ${span} and  then look`, 10).join(' '), `First run ${span} and  then look`);
  for (const line of [
    `  ports: [${'{ port: 50000 }, '.repeat(9)}]`,
    `# ${'add the port '.repeat(9)}`,
    `kubectl -n jenkins patch service main --type=json -p '${JSON.stringify([text])}'`,
  ]) {
    t.same(wrap(line, 10), [line], 'what is copied stays on one line');
  }
});

t.test('a report that came from elsewhere cannot drive the terminal', async (t) => {
  const hostile: Report = {
    ...silent,
    controller: 'a\u001b[2Jb',
    steps: silent.steps.map((step) => ({ ...step, detail: 'x\u009b31my' })),
    extra: silent.extra.map((look) => ({ ...look, result: '\u001b]0;t\u0007' })),
  };
  t.notMatch(renderReport(hostile).replaceAll('\n', ''), /\p{Cc}/u);
});

t.test('it fits the width of the terminal, with colours and without', async (t) => {
  for (const width of [40, 60, 80, 120]) {
    for (const style of [PLAIN, COLOR]) {
      const text = stripVTControlCharacters(renderReport(silent, { ...style, width }));
      const breakable = (line: string) => /\S \S/.test(line.replaceAll(/`[^`]+`/g, 'code').trim());
      const long = text.split('\n').filter((line) => line.length > width && breakable(line));
      t.same(long, [], `${width} columns`);
    }
  }
});
