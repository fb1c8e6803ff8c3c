import { readdirSync } from 'node:fs';
import t from 'tap';
import { appOf } from '../server/app-of.ts';
import { type Comment, commentsIn, commentsOf } from './comments.ts';
import { read } from './documents.ts';
import { isTooLong, type Sentence, sentencesOf, wrongWords } from './plain-english.ts';
import {
  alertTexts,
  configurationTexts,
  dashboardTexts,
  faultTexts,
  helpTexts,
  metricTexts,
  openApiTexts,
  type ProgramText,
  valueTexts,
} from './program-texts.ts';

/** The parts of the program whose comments are checked, with those of their tests. */
const PARTS = [
  'catalogue',
  'cli',
  'config',
  'daemon',
  'diagnosis',
  'inspection',
  'kubernetes',
  'logs',
  'metrics',
  'model',
  'pages',
  'probe',
  'protocol',
  'report',
  'serve',
  'server',
  'simulator',
  'verdict',
];

const FOLDERS = [
  ...PARTS.flatMap((name) => [`src/${name}`, `test/${name}`]),
  ...['alerts', 'bench', 'dashboards', 'scripts'],
  ...['alerts', 'browser', 'build', 'container', 'dashboards', 'fuzz', 'helm', 'lab'].map(
    (name) => `test/${name}`,
  ),
];

const PAGES = ['CONTRIBUTING.md', 'SECURITY.md', 'CODE_OF_CONDUCT.md', 'helm/jenkins-agent-probe/README.md'];

/** Words that the pages may use, but comments and texts of the program may not. */
const WORDS: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\b(some|no|every)body\b/i, 'a client, a user, no client'],
  [/\bso (many|long)\b(?! as\b)/i, 'the number, the time'],
  [/\bstand(s|ing)? (failed|for)\b/i, 'has failed, means'],
  [/\bhears? of\b/i, 'receives'],
  [/\bbrings? (along|to)\b/i, 'contains'],
  [/\bin the way of\b/i, 'on the path of'],
  [/\bnot known\b/i, 'unknown'],
  [/\b(takes?|took) the place\b/i, 'replaces'],
  [/\bcalls? off\b/i, 'cancels'],
];

/** A noun clause, which hides the subject. */
const CLAUSE = /^\W*(What|Whether|Who(so)?ever|Where|How|Why|Which)\b/;

function problemsOf(sentence: Sentence): readonly string[] {
  const { text } = sentence;
  return [
    ...wrongWords(sentence),
    ...WORDS.flatMap(([pattern, instead]) =>
      pattern.test(text) ? [`"${pattern.exec(text)?.[0]}": write "${instead}"`] : [],
    ),
    ...(isTooLong(sentence) ? [`${text.split(' ').length} words: split it`] : []),
  ];
}

/** Returns the problems of the sentences of a text, each with its place. */
function problemsIn({ at, text }: ProgramText): readonly string[] {
  return sentencesOf(text).flatMap((sentence) =>
    problemsOf(sentence).map((problem) => `${at}: ${problem} (${sentence.text})`),
  );
}

/** Returns the problems of a text that must start with its subject. */
function checked({ at, text }: ProgramText): readonly string[] {
  const clause = CLAUSE.test(text) && !text.endsWith('?') ? [`${at}: starts with a clause (${text})`] : [];
  return [...problemsIn({ at, text }), ...clause];
}

const checkedComment = (comment: Comment) => (comment.isDocstring ? checked(comment) : problemsIn(comment));

for (const folder of FOLDERS) {
  t.test(`comments of ${folder}`, async (t) => {
    const comments = commentsIn(folder);
    t.ok(comments.length > 0);
    t.strictSame(comments.flatMap(checkedComment), []);
  });
}

t.test('pages for contributors, and the page of the chart', async (t) => {
  for (const page of PAGES) {
    const found = sentencesOf(read(page)).flatMap((sentence) =>
      wrongWords(sentence).map((problem) => `${page}:${sentence.line}: ${problem} (${sentence.text})`),
    );
    t.strictSame(found, [], page);
  }
});

t.test('texts of the program', async (t) => {
  const { app } = await appOf(t, []);
  const texts: Readonly<Record<string, readonly ProgramText[]>> = {
    help: helpTexts(),
    metrics: metricTexts(),
    alerts: alertTexts(),
    dashboards: dashboardTexts(),
    configuration: configurationTexts(),
    'OpenAPI document': openApiTexts((await app.inject('/openapi.json')).json()),
    'values of the chart': valueTexts(),
    faults: faultTexts(),
  };
  for (const [name, list] of Object.entries(texts)) {
    t.ok(list.length > 20, `${name}: ${list.length} texts`);
    t.strictSame([...new Set(list.flatMap(checked))], [], name);
  }
});

t.test('HELP of a gauge for a state says what 1 and 0 mean', async (t) => {
  const states = metricTexts().filter(({ text }) => /\b1 if\b|\b0 if\b|\byes\b/.test(text));
  t.ok(states.length > 10);
  for (const { at, text } of states) t.match(text, /^1 if .*, 0 if /, at);
});

t.test('a log message is a fixed phrase', async (t) => {
  const CALL = /logger(?:\.\w+|\[[^\]]+\])\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)/g;
  const calls = readdirSync(new URL('../../src/', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...read(`src/${name}`).matchAll(CALL)].map(([, parts = '']) => ({ name, parts })));
  t.ok(calls.length > 15, `${calls.length} calls`);
  for (const { name, parts } of calls) t.notMatch(parts, /`/, `${name}: ${parts}`);
});

t.test('the check finds what it is for, and leaves code alone', async (t) => {
  const source = [
    '/** Whether it works. */',
    'export const a = 1; // mend it',
    "const b = '// no comment';",
    '/**',
    ' * Returns `anew`.',
    ' * @throws {Error} if somebody calls it',
    ' */',
    '// Two lines, by',
    '// hand.',
  ].join('\n');
  const comments = commentsOf('x.ts', source);
  t.strictSame(
    comments.map(({ at, text }) => `${at} ${text}`),
    [
      'x.ts:1 Whether it works.',
      'x.ts:2 mend it',
      'x.ts:4 Returns `anew`. . if somebody calls it',
      'x.ts:8 Two lines, by hand.',
    ],
  );
  t.strictSame(
    comments.map((comment) => checkedComment(comment).length > 0),
    [true, true, true, true],
  );
  t.strictSame(checked({ at: '', text: 'Returns the text. 1 if `mend` is set, 0 if not.' }), []);
});
