import fc from 'fast-check';
import t from 'tap';
import { compareVersions, isOlder } from '../../src/protocol/remoting-version.ts';
import { holds } from './properties.ts';

const sign = (a: string, b: string) => Math.sign(compareVersions(a, b));

t.test('the releases of remoting are in the order in which they came', async (t) => {
  const releases = [
    '1.580.1-rc1',
    '2.62',
    '2.62.6',
    '3.4.1',
    '3.14',
    '3.14.1-diagnosis-donotuse',
    '3.28',
    '3.40.1',
    '4.0',
    '4.0.1',
    '4.13',
    '4.13.3',
    '4.14',
    '3077.vd69cf116da_6f',
    '3107.v665000b_51092',
    '3131.vf2b_b_798b_ce99',
    '3206.vb_15dcf73f6a_9',
    '3206.3208.v409508a_675ff',
    '3248.v65ecb_254c298',
    '3248.3250.v3277a_8e88c9b_',
    '3355.v388858a_47b_33',
  ];
  const pairs = releases.flatMap((a, i) => releases.map((b, j) => ({ a, b, order: Math.sign(i - j) })));
  t.strictSame(
    pairs.filter(({ a, b, order }) => sign(a, b) !== order),
    [],
  );
});

t.test('what comes before a release, oldest first', async (t) => {
  const versions = [
    '-SNAPSHOT',
    '-alpha-1',
    '-beta-1',
    '-beta-2',
    '-milestone1',
    '-rc1',
    '-rc-2',
    '',
    '-sp1',
    '.1',
  ];
  for (const [i, newer] of versions.entries()) {
    const older = versions[i - 1];
    if (older !== undefined) t.ok(isOlder(`4.14${older}`, `4.14${newer}`), `4.14${older} < 4.14${newer}`);
  }
  t.ok(isOlder('4.14-rc2901.a6ada6000582', '4.14'));
  t.ok(isOlder('4.13.3', '4.14-SNAPSHOT'));
});

t.test('forms that rank alike', async (t) => {
  for (const [a, b] of [
    ['4.13', '4.13'],
    ['4.0', '4'],
    ['4.0.0', '4.0'],
    ['4.013', '4.13'],
    ['4.13-RC1', '4.13-rc-1'],
    ['4.13.0-rc1', '4.13-rc1'],
    ['4.13-cr1', '4.13-rc1'],
    ['4.13-ea1', '4.13-rc1'],
    ['4.13-GA', '4.13'],
    ['4.13-final', '4.13'],
    [' 4.13 ', '4.13'],
    ['', '0'],
    ['...---', ''],
  ] as const) {
    t.equal(sign(a, b), 0, `${JSON.stringify(a)} = ${JSON.stringify(b)}`);
    t.notOk(isOlder(a, b));
  }
});

t.test('numbers are as large as they are written', async (t) => {
  t.ok(isOlder('9007199254740992', '9007199254740993'));
  t.ok(isOlder('4', '9'.repeat(120)));
});

t.test('of a very long text only the beginning counts', async (t) => {
  const long = `4.13.${'0'.repeat(200)}`;
  t.equal(sign(`${long}1`, `${long}2`), 0);
});

t.test('words that mean something in JavaScript are words like any other', async (t) => {
  for (const word of ['constructor', '__proto__', 'hasOwnProperty', 'undefined', 'null', 'NaN']) {
    t.equal(sign(`4-${word}`, '4'), 1, word);
    t.equal(sign(`4-${word}`, '4.1'), -1, word);
  }
});

const words = fc.constantFrom(
  'snapshot',
  'alpha',
  'RC',
  'ea',
  'ga',
  'final',
  'sp',
  'v',
  'a_',
  'é',
  'constructor',
);
const versions = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(fc.oneof(words, fc.nat(3).map(String), fc.constantFrom('.', '-', ' ')), { maxLength: 8 })
    .map((parts) => parts.join('')),
);

t.test('any two texts compare, and the other way round they compare the other way round', async (t) => {
  holds(t, fc.tuple(versions, versions), ([a, b]) => sign(a, b) === -sign(b, a) && sign(a, a) === 0, {
    numRuns: 1000,
  });
});

t.test('any three texts have an order', async (t) => {
  const isOrdered = ([a, b, c]: [string, string, string]) => {
    const [first, second, third] = [a, b, c].sort(compareVersions);
    return (
      sign(first ?? '', second ?? '') <= 0 &&
      sign(second ?? '', third ?? '') <= 0 &&
      sign(first ?? '', third ?? '') <= 0
    );
  };
  holds(t, fc.tuple(versions, versions, versions), isOrdered, { numRuns: 2000 });
});
