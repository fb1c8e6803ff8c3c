import t from 'tap';
import type { StepLimit } from '../../../src/probe/wire/deadline.ts';
import { ownFailure } from '../../../src/probe/wire/own-failure.ts';
import { resolveAll } from '../../../src/probe/wire/resolve.ts';

const LIMIT: StepLimit = { signal: new AbortController().signal, limitMs: 1000 };

/** A resolver that fails with this code. */
function failing(code: string) {
  return async () => {
    throw Object.assign(new Error(code), { code });
  };
}

t.test('a lookup that fails on this machine is inconclusive', async (t) => {
  for (const [code, inconclusive] of [
    ['EMFILE', 'no-descriptors'],
    ['ENFILE', 'no-descriptors'],
    ['EAI_MEMORY', 'no-memory'],
    ['ENOMEM', 'no-memory'],
  ] as const) {
    t.match(await resolveAll('jenkins.example', LIMIT, failing(code)), {
      ok: false,
      finding: { inconclusive },
    });
  }
});

t.test('a lookup that fails at the name server is a failure', async (t) => {
  for (const [code, reason] of [
    ['ENOTFOUND', 'dns-not-resolving'],
    ['EAI_AGAIN', 'dns-timeout'],
  ] as const) {
    const found = await resolveAll('jenkins.example', LIMIT, failing(code));
    t.match(found, { ok: false, finding: { reason, inconclusive: undefined } }, code);
  }
});

t.test('only codes of this machine are its own failures', async (t) => {
  t.equal(ownFailure('ENOBUFS')?.inconclusive, 'no-memory');
  for (const code of [
    'ECONNREFUSED',
    'ECONNRESET',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ERR_SSL_WRONG_VERSION_NUMBER',
  ])
    t.equal(ownFailure(code), null, code);
});
