import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import type { Code } from '../../src/catalogue/codes.ts';
import { readAgentLog } from '../../src/logs/agent-log.ts';
import { FORMS, LOCALES, NAMING_FORMS, translate, wrap } from './log-forms.ts';

const FOLDER = new URL('testdata/', import.meta.url);
const read = (name: string) => readFileSync(new URL(`${name}.log`, FOLDER), 'utf8');
/** Logs of agents, in English and as java.util.logging writes them; each is named after its first code. */
const LOGS = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.log'))
  .map((file) => file.replace(/\.log$/, ''))
  .filter((name) => name !== 'recovered' && !name.startsWith('healthy-'))
  .filter((name) => /^[A-Z][a-z]{2} \d\d, \d{4}/.test(read(name)));
const HEALTHY = [read('healthy-tcp'), read('healthy-websocket')];
const MAVEN = Array.from(
  { length: 30 },
  (_, line) =>
    `[INFO] Downloading from central: artifact ${line}\n[WARNING] no checksum\n[ERROR] Connection reset`,
).join('\n');

const log = fc.constantFrom(...LOGS);
const form = fc.constantFrom(...Object.keys(FORMS));
const locale = fc.constantFrom(...Object.keys(LOCALES));

/** The first code that holds now, and those that a guess lists beside it. */
function told(text: string): { readonly code: Code | 'unknown'; readonly guessed: readonly Code[] } {
  const first = readAgentLog(text).findings.find(({ past }) => !past);
  if (first === undefined) return { code: 'unknown', guessed: [] };
  return { code: first.code, guessed: first.confidence === 'possible' ? first.alternatives : [] };
}

t.test('the first code is the same in any form and any language', async (t) => {
  t.ok(LOGS.length > 50, `${LOGS.length} logs`);
  for (const name of LOGS) {
    for (const [way, wrapped] of Object.entries(FORMS).map(
      ([key]) => [key, wrap(read(name), key)] as const,
    )) {
      t.equal(told(wrapped.join('\n')).code, name, `${name}: ${way}`);
    }
    for (const [language, words] of Object.entries(LOCALES)) {
      t.equal(told(translate(read(name), words)).code, name, `${name}: ${language}`);
    }
  }
  fc.assert(
    fc.property(log, form, locale, (name, way, language) => {
      const text = translate(read(name), LOCALES[language] ?? fail(language));
      return told(wrap(text, way).join('\n')).code === name;
    }),
    { numRuns: 300 },
  );
});

t.test('a prefix of any words in front of every line changes nothing', async () => {
  const word = fc.stringMatching(/^[a-zA-Z0-9_.@#/-]{1,12}$/);
  fc.assert(
    fc.property(log, fc.array(word, { minLength: 1, maxLength: 4 }), locale, (name, words, language) => {
      const prefix = `<${words.join(' ')}>`;
      const text = translate(read(name), LOCALES[language] ?? fail(language));
      const lines = text.trimEnd().split('\n');
      return told(lines.map((line) => `${prefix} ${line}`).join('\n')).code === name;
    }),
    { numRuns: 300 },
  );
});

t.test('two containers may be interleaved in any way where the form names them', async () => {
  const other = fc.constantFrom(...HEALTHY, MAVEN);
  const naming = fc.constantFrom(...NAMING_FORMS);
  const order = fc.array(fc.boolean(), { minLength: 40, maxLength: 200 });
  fc.assert(
    fc.property(log, other, naming, order, (name, beside, way, choices) => {
      const mixed = interleave(wrap(read(name), way, 'agent-1'), wrap(beside, way, 'maven-2'), choices);
      return told(mixed.join('\n')).code === name;
    }),
    { numRuns: 300 },
  );
});

t.test('a log that lost its beginning has the same first code, or none; a guess lists it', async () => {
  fc.assert(
    fc.property(log, form, locale, fc.nat({ max: 1000 }), (name, way, language, cut) => {
      const lines = wrap(translate(read(name), LOCALES[language] ?? fail(language)), way);
      const { code, guessed } = told(lines.slice(cut % lines.length).join('\n'));
      return code === name || code === 'unknown' || guessed.includes(name as Code);
    }),
    { numRuns: 1000 },
  );
});

function interleave(a: readonly string[], b: readonly string[], choices: readonly boolean[]): string[] {
  const [first, second] = [[...a], [...b]];
  const mixed: string[] = [];
  for (let at = 0; first.length > 0 || second.length > 0; at += 1) {
    const from = choices[at % choices.length] === true ? first : second;
    const line = (from.length > 0 ? from : from === first ? second : first).shift();
    if (line !== undefined) mixed.push(line);
  }
  return mixed;
}

function fail(what: string): never {
  throw new Error(`there is no ${what}`);
}
