import t from 'tap';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { pages, read } from './documents.ts';
import { isInstruction, isTooLong, sentencesOf, wrongWords } from './plain-english.ts';

// CONTRIBUTING.md and others are not checked yet; the reference is generated from texts of the program.
const checked = pages.filter((page) => /^(README\.md|CHANGELOG\.md|docs\/(?!reference\/))/.test(page));

t.test('no page uses a word that readers stumble over', async (t) => {
  for (const page of checked) {
    const found = sentencesOf(read(page)).flatMap((sentence) =>
      wrongWords(sentence).map((wrong) => `${page}:${sentence.line}: ${wrong} (${sentence.text})`),
    );
    t.strictSame(found, [], page);
  }
});

t.test('long sentences are listed', async (t) => {
  const long = checked.flatMap((page) =>
    sentencesOf(read(page))
      .filter(isTooLong)
      .map(({ line, text }) => `${page}:${line}: ${text.split(' ').length} words: ${text}`),
  );
  for (const each of long) t.comment(`warning: ${each}`);
  t.pass(`${long.length} sentences of more than 30 words`);
});

t.test('the texts of the catalogue are plain', async (t) => {
  for (const [code, { title, cause, remedy, hints }] of Object.entries(CATALOGUE)) {
    const sentences = [title, cause, ...remedy, ...hints].flatMap(sentencesOf);
    t.strictSame(sentences.flatMap(wrongWords), [], `${code}: words`);
    t.strictSame(sentences.filter(isTooLong), [], `${code}: no sentence of more than 30 words`);
    const causes = sentencesOf(cause).filter(({ text }) => /[.?!]$/.test(text));
    t.ok(causes.length <= 2, `${code}: a cause is one or two sentences`);
  }
});

t.test('a remedy is one to six instructions', async (t) => {
  const steps = Object.entries(CATALOGUE).flatMap(([code, { remedy }]) => {
    t.ok(remedy.length >= 1 && remedy.length <= 6, `${code}: 1 to 6 steps`);
    return remedy.map((step) => ({ code, step }));
  });
  for (const { code, step } of steps) t.ok(isInstruction(step), `${code}: ${step}`);
  const commands = steps.filter(({ step }) => /`[^`]+`/.test(step));
  t.comment(`${commands.length} of ${steps.length} steps have a command, a setting or YAML`);
});

t.test('the check finds what it is for, and leaves code alone', async (t) => {
  const wrong = (text: string) => sentencesOf(text).flatMap(wrongWords);
  t.equal(wrong('Start it anew.').length, 1);
  t.equal(wrong('| a | Whoever asks |').length, 2);
  t.equal(wrong('It is over two\nlines by\nhand.').length, 1);
  t.strictSame(wrong('What is it? It `mends` and\n\n```sh\nmend the door\n```\nis no longer here.'), []);
  t.equal(sentencesOf('One. Two.\n- three\n').length, 3);
  for (const step of ['Open the port.', 'If it is an NLB, also set `x`.']) t.ok(isInstruction(step), step);
  for (const step of [
    'The port must be open.',
    'Opening the port helps.',
    'kubectl get pods',
    'If it is an NLB, the port is closed.',
    'You should open the port.',
  ]) {
    t.notOk(isInstruction(step), step);
  }
  t.ok(isTooLong({ line: 1, text: 'word '.repeat(31).trim() }));
});
