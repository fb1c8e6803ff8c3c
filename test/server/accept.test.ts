import t from 'tap';
import { preferredType } from '../../src/server/accept.ts';

const JSON_TYPE = 'application/json';
const TEXT = 'text/plain';

const TABLE: readonly (readonly [string | undefined, string])[] = [
  [undefined, JSON_TYPE],
  ['', JSON_TYPE],
  ['*/*', JSON_TYPE],
  ['text/plain', TEXT],
  ['TEXT/PLAIN', TEXT],
  ['text/plain; charset=utf-8', TEXT],
  ['text/*', TEXT],
  ['text/html, */*;q=0.8', JSON_TYPE],
  ['text/plain, application/json', JSON_TYPE],
  ['text/plain;q=0.9, application/json;q=0.8', TEXT],
  ['text/plain; q=0, */*', JSON_TYPE],
  ['application/json;q=0.1, text/plain;q=0.2', TEXT],
  ['application/*;q=0.5, application/json;q=0.1, text/plain;q=0.3', TEXT],
  ['text/plain;q=2', JSON_TYPE],
  ['text/plain;q=abc', JSON_TYPE],
  ['image/png', JSON_TYPE],
  [',;,=;q', JSON_TYPE],
];

for (const [accept, expected] of TABLE) {
  t.test(`Accept: ${accept}`, async (t) => {
    t.equal(preferredType(accept, [JSON_TYPE, TEXT]), expected);
  });
}
