import t from 'tap';
import { Deadline } from '../../../src/probe/wire/deadline.ts';
import { Lookups, lookupSlots } from '../../../src/probe/wire/lookups.ts';
import { resolveAll } from '../../../src/probe/wire/resolve.ts';

const FOUND = [{ address: '10.0.0.7', family: 4 as const }];

/** Lookups that a test ends. */
function scripted(slots: number, againMs = 0) {
  const asked: string[] = [];
  const endings = new Map<string, PromiseWithResolvers<typeof FOUND>>();
  const look = (host: string) => {
    asked.push(host);
    const ending = Promise.withResolvers<typeof FOUND>();
    endings.set(host, ending);
    return ending.promise;
  };
  const lookups = new Lookups(slots, look, againMs);
  const answer = (host: string) => endings.get(host)?.resolve(FOUND);
  const fail = (host: string, code: string) =>
    endings.get(host)?.reject(Object.assign(new Error(code), { code }));
  return { lookups, asked, answer, fail };
}

t.test('a name is looked up once at a time, and all who ask share the result', async (t) => {
  const { lookups, asked, answer } = scripted(4);
  const both = [lookups.resolver()('a', undefined), lookups.resolver()('a', undefined)];
  answer('a');
  t.same(await Promise.all(both), [FOUND, FOUND]);
  t.same(asked, ['a']);
  const again = lookups.resolver()('a');
  answer('a');
  await again;
  t.same(asked, ['a', 'a']);
});

t.test('an owner has so many lookups at a time, whatever it asks for', async (t) => {
  const { lookups, asked, answer } = scripted(20);
  const resolve = lookups.resolver(2);
  const all = ['a', 'b', 'c', 'd'].map((host) => resolve(host));
  t.same(asked, ['a', 'b']);
  for (const host of ['a', 'b', 'c', 'd']) {
    answer(host);
    await new Promise(setImmediate);
  }
  t.same(asked, ['a', 'b', 'c', 'd']);
  t.equal((await Promise.all(all)).length, 4);
});

t.test('names that have not answered promptly take half of the slots; one that has goes first', async (t) => {
  const { lookups, asked, answer, fail } = scripted(4);
  const first = lookups.resolver()('good');
  answer('good');
  await first;
  const rejected: Promise<unknown>[] = [];
  for (const host of ['x', 'y', 'z'])
    rejected.push(
      lookups
        .resolver()(host)
        .catch(() => null),
    );
  t.same(asked, ['good', 'x', 'y']);
  const good = lookups.resolver()('good');
  t.same(asked, ['good', 'x', 'y', 'good']);
  answer('good');
  await good;
  fail('x', 'EAI_AGAIN');
  await rejected[0];
  t.same(asked.at(-1), 'z');
  fail('y', 'ENOTFOUND');
  fail('z', 'ENOTFOUND');
  await Promise.all(rejected);
  t.equal(lookups.running, 0);
});

t.test('a name has a second lookup once somebody has waited in vain for the first', async (t) => {
  const { lookups, asked, answer } = scripted(6);
  const stop = new AbortController();
  const resolve = lookups.resolver();
  void resolve('a', stop.signal);
  const joined = resolve('a');
  t.same(asked, ['a'], 'before, all share the first');
  stop.abort();
  const second = resolve('a');
  t.same([asked, lookups.running], [['a', 'a'], 2]);
  const shared = resolve('a');
  t.equal(lookups.running, 2, 'all who ask now share the second');
  answer('a');
  t.same(await Promise.all([second, shared]), [FOUND, FOUND]);
  t.equal(lookups.running, 1, 'the first goes on');
  t.equal(await Promise.race([joined, 'waiting']), 'waiting');
});

t.test(
  'there is no fourth lookup, and none too soon; a second one never takes the slots of other names',
  async (t) => {
    const { lookups, asked } = scripted(4);
    const stop = new AbortController();
    const inVain = (host: string) => void lookups.resolver()(host, stop.signal);
    for (const host of ['a', 'b']) inVain(host);
    stop.abort();
    inVain('a');
    t.same(asked, ['a', 'b'], 'half of the slots are taken');
    const { lookups: free, asked: heard } = scripted(20);
    for (let i = 0; i < 4; i += 1) {
      const gone = new AbortController();
      void free.resolver()('a', gone.signal);
      gone.abort();
    }
    t.same(heard, ['a', 'a', 'a']);
    const { lookups: patient, asked: few } = scripted(20, 60_000);
    const gone = new AbortController();
    void patient.resolver()('a', gone.signal);
    gone.abort();
    void patient.resolver()('a');
    t.same(few, ['a']);
  },
);

t.test('a lookup that never had its turn is inconclusive; one that had it is a timeout', async (t) => {
  const { lookups, answer } = scripted(1);
  const resolve = lookups.resolver();
  const resolved = (host: string) => new Deadline(50).step(1, (limit) => resolveAll(host, limit, resolve));
  const [slow, behind] = await Promise.all([resolved('slow'), resolved('behind')]);
  t.match(slow, { ok: false, finding: { reason: 'dns-timeout', inconclusive: undefined } });
  t.match(behind, { ok: false, finding: { inconclusive: 'lookups-busy', detail: /waited \d+ ms/ } });
  answer('slow');
});

t.test('lookups get half of the threads, as libuv has it, less a reserve', async (t) => {
  t.same([undefined, '', '1', '4', '9', '16', '128'].map(lookupSlots), [2, 2, 1, 2, 3, 6, 62]);
});
