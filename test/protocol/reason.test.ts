import t from 'tap';
import { REASONS } from '../../src/protocol/reason.ts';

t.test('a code is listed once, and reads the same in a URL, a label and a file name', async (t) => {
  t.equal(new Set(REASONS).size, REASONS.length);
  for (const code of REASONS) t.match(code, /^[a-z0-9]+(-[a-z0-9]+)+$/);
});
