import t from 'tap';
import { pages, read } from './documents.ts';
import { isTooLong, sentencesOf, wrongWords } from './plain-english.ts';

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

t.test('the check finds what it is for, and leaves code alone', async (t) => {
  const wrong = (text: string) => sentencesOf(text).flatMap(wrongWords);
  t.equal(wrong('Start it anew.').length, 1);
  t.equal(wrong('| a | Whoever asks |').length, 2);
  t.equal(wrong('It is over two\nlines by\nhand.').length, 1);
  t.strictSame(wrong('What is it? It `mends` and\n\n```sh\nmend the door\n```\nis no longer here.'), []);
  t.equal(sentencesOf('One. Two.\n- three\n').length, 3);
  t.ok(isTooLong({ line: 1, text: 'word '.repeat(31).trim() }));
});
