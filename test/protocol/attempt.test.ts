import t from 'tap';
import { attempt } from '../../src/protocol/attempt.ts';

class Documented extends Error {}

t.test('what a reader hands out comes back', async (t) => {
  t.equal(
    attempt(Documented, () => 42),
    42,
  );
});

t.test('the error that it is documented to throw becomes a value', async (t) => {
  const error = new Documented('unreadable');
  t.equal(
    attempt(Documented, () => {
      throw error;
    }),
    error,
  );
});

t.test('any other error is a bug and is not swallowed', async (t) => {
  t.throws(
    () =>
      attempt(Documented, () => {
        throw new TypeError('a bug');
      }),
    new TypeError('a bug'),
  );
});
