import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { marked } from 'marked';
import t from 'tap';
import { diagnosisOf } from '../../src/catalogue/diagnosis.ts';
import { code, prose, sentence } from '../../src/report/markdown.ts';
import { renderMarkdown } from '../../src/report/render-markdown.ts';
import { buildReport } from '../../src/report/report.ts';
import { portBroken, portOk, surveyOf, webOk } from '../diagnosis/surveys.ts';
import { reportWith } from './reports.ts';

const silent = buildReport(
  'main',
  surveyOf([
    webOk(),
    portBroken('ping', 'listener-accepts-but-silent', {}, [
      ['port-connect', 'ok'],
      ['hello', 'warning', 'listener-accepts-but-silent'],
    ]),
  ]),
);

/** The text that a reader of the rendered Markdown sees, and the elements that it is made of. */
function rendered(markdown: string): { text: string; tags: ReadonlySet<string> } {
  const html = marked.parse(markdown, { async: false });
  const tags = new Set([...html.matchAll(/<([a-z]\w*)/g)].map(([, tag = '']) => tag));
  const text = html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .trim();
  return { text, tags };
}

t.test('a broken connection as Markdown for a ticket', async (t) => {
  const golden = readFileSync(new URL('./testdata/report-silent.md', import.meta.url), 'utf8');
  const context = { since: '2026-01-01T23:00:00.000Z', link: 'https://probe.example.com/reports/7' };
  t.equal(renderMarkdown(silent, context), golden);
});

t.test('a healthy report has a verdict, steps and gaps, and no cause', async (t) => {
  const markdown = renderMarkdown(buildReport('main', surveyOf([webOk(), portOk()])));
  t.match(markdown, /^\*\*main is reachable\*\*\n/);
  t.match(markdown, /### Not checked/);
  t.notMatch(markdown, /Cause|Since|Broken hop/);
});

t.test('commands and YAML of a remedy are code blocks, its sentences are not', async (t) => {
  const yaml = [
    'apiVersion: v1',
    'kind: Service',
    'metadata: { name: a }',
    'spec:',
    '  ports: [{ port: 1 }]',
  ];
  const command = `kubectl -n ci patch service a -p '${'```'}'`;
  const remedy = ['Apply this:', ...yaml, 'or run', command].join('\n');
  const diagnosis = { ...diagnosisOf('agent-port-refused', ['seen']), remedy };
  const markdown = renderMarkdown(reportWith({ diagnoses: [diagnosis] }));
  t.match(markdown, `**Remedy:** Apply this:\n\n\`\`\`\n${yaml.join('\n')}\n\`\`\`\n\nor run\n\n`);
  const blocks = marked.lexer(markdown).flatMap((token) => (token.type === 'code' ? [token.text] : []));
  t.same(blocks.slice(0, 2), [yaml.join('\n'), command]);
});

t.test('steps of a remedy are a list with their commands inside', async (t) => {
  const remedy = ['1. Run `kubectl get *`.', '2. Apply this:', 'kind: Role', '3. Wait for [x].'].join('\n');
  const diagnosis = { ...diagnosisOf('agent-port-refused', ['seen']), remedy };
  const markdown = renderMarkdown(reportWith({ diagnoses: [diagnosis] }));
  t.match(
    markdown,
    '**Remedy:**\n\n1. Run `kubectl get *`.\n2. Apply this:\n\n   ```\n   kind: Role\n   ```\n\n3. ',
  );
  const lists = marked.lexer(markdown).filter((token) => token.type === 'list');
  t.match(lists[0], { ordered: true, items: { length: 3 } });
  const { text } = rendered(markdown);
  t.match(text, 'Run kubectl get *.');
  t.match(text, 'Wait for [x].');
});

/** Pieces that mean something in Markdown or HTML. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '`',
        '``',
        '```',
        '~~~',
        '*',
        '_',
        '[x](//e.vil)',
        '![](//e.vil)',
        '<b>',
        '<script>',
        '&lt;',
      ),
      fc.constantFrom('|', '#', '- ', '1. ', '> ', '\\', '@team', '<//e.vil>', '\n', ' ', '$', ']:', '='),
      fc.string({ unit: 'grapheme-ascii' }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

t.test('words of a peer stay words: a code span shows them whole and makes nothing of them', async (t) => {
  fc.assert(
    fc.property(hostile, (text) => {
      const { text: seen, tags } = rendered(`seen: ${code(text)}`);
      const wanted = text.replaceAll(/\p{Cc}+/gu, ' ').trim();
      return [...tags].every((tag) => tag === 'p' || tag === 'code') && seen.endsWith(wanted);
    }),
  );
  t.pass('for every text');
});

t.test('prose reads as it was written, whatever characters it has', async (t) => {
  fc.assert(
    fc.property(hostile, (text) => {
      const { text: seen, tags } = rendered(prose(text.replaceAll(/https?:|www\./gi, '')));
      const wanted = text
        .replaceAll(/https?:|www\./gi, '')
        .replaceAll(/\p{Cc}+/gu, ' ')
        .trim();
      return (
        [...tags].every((tag) => tag === 'p') && seen.replaceAll(/ +/g, ' ') === wanted.replaceAll(/ +/g, ' ')
      );
    }),
  );
  t.pass('for every text');
});

t.test('a sentence with code has no elements but code spans', async (t) => {
  fc.assert(
    fc.property(hostile, (text) => {
      const { tags } = rendered(sentence(`see ${text.replaceAll(/https?:|www\./gi, '')}`));
      return [...tags].every((tag) => tag === 'p' || tag === 'code');
    }),
  );
  t.equal(sentence('Run `a * b` on *one*.'), 'Run `a * b` on \\*one\\*.');
});

t.test('no part of a report that a peer writes adds an element to the page', async (t) => {
  const usual = rendered(renderMarkdown(silent)).tags;
  fc.assert(
    fc.property(hostile, (text) => {
      const report = reportWith({
        ...silent,
        brokenStep: { step: 'ping', address: text },
        steps: silent.steps.map((step) => ({ ...step, detail: text })),
        diagnoses: silent.diagnoses.map((each) => ({ ...each, evidence: [text] })),
        notChecked: [{ what: 'proxy', why: text.replaceAll(/https?:|www\./gi, '') }],
      });
      return [...rendered(renderMarkdown(report)).tags].every((tag) => usual.has(tag));
    }),
    { numRuns: 50 },
  );
  t.pass('for every text');
});
