import fc from 'fast-check';
import t from 'tap';
import { quote } from '../../src/logs/mask.ts';

const SECRET = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
/** Control characters and sequences of terminals, as a log may contain them. */
const INVISIBLE = [
  '\0',
  '\b',
  '\r',
  '\x7f',
  '\u200b',
  '\x1b[1m',
  '\x1b[38;5;196m',
  '\x9b0m',
  '\x1b]0;title\x07',
];

t.test('a secret is masked, whatever invisible stands in it', async (t) => {
  const places = fc.array(fc.tuple(fc.nat(SECRET.length), fc.constantFrom(...INVISIBLE)), { maxLength: 6 });
  const around = fc.constantFrom(
    '',
    '-secret ',
    'JENKINS_SECRET=',
    'https://ci.example.com/?x=',
    '<argument>',
  );
  fc.assert(
    fc.property(places, around, fc.boolean(), (inserted, before, capitals) => {
      let text = capitals ? SECRET.toUpperCase() : SECRET;
      for (const [at, what] of inserted.toSorted(([a], [b]) => b - a)) {
        text = text.slice(0, at) + what + text.slice(at);
      }
      const shown = quote(`Connecting: ${before}${text} failed`).toLowerCase();
      const digits = shown.replace(/[^0-9a-f]/g, '');
      return shown.includes('***') && !parts().some((part) => digits.includes(part));
    }),
  );
  t.pass('no eight digits of it are shown');
});

t.test('a long line without a secret is quoted in little time', async (t) => {
  const hostile = `${'a'.repeat(39)}${'\0'.repeat(200_000)} ${`a${'\0'.repeat(8)}`.repeat(20_000)}g`;
  const start = performance.now();
  t.ok(quote(hostile).length <= 300);
  t.ok(performance.now() - start < 5000, 'no quadratic search');
});

/** Every eight digits of the secret in a row. */
function parts(): readonly string[] {
  return Array.from({ length: SECRET.length - 7 }, (_, index) => SECRET.slice(index, index + 8));
}
