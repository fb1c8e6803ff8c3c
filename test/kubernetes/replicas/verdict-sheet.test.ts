import fc from 'fast-check';
import t from 'tap';
import { decodeSheet, encodeSheet, MAX_SHEET } from '../../../src/kubernetes/replicas/verdict-sheet.ts';
import type { FollowedController } from '../../../src/verdict/followed.ts';

const CONTROLLER: FollowedController = {
  fingerprint: '0123456789abcdef',
  entrypoints: [
    { entrypoint: 'web', verdict: 'up', since: 1_700_000_000_000, lastReason: null, ageMs: 1200 },
    {
      entrypoint: 'agent-port',
      verdict: 'down',
      since: 1_700_000_000_000,
      lastReason: 'l4-accept-then-close',
      ageMs: null,
    },
  ],
  depthAgesMs: { web: 1200, handshake: 240_000 },
};

t.test('what is written is read, and has grown older', async (t) => {
  const read = decodeSheet(encodeSheet(new Map([['main', CONTROLLER]])), 500).get('main');
  t.same(read, {
    ...CONTROLLER,
    entrypoints: [{ ...CONTROLLER.entrypoints[0], ageMs: 1700 }, CONTROLLER.entrypoints[1]],
    depthAgesMs: { web: 1700, handshake: 240_500 },
  });
});

t.test('what finds no room is left out, whole', async (t) => {
  const many = new Map(Array.from({ length: 1000 }, (_, index) => [`controller-${index}`, CONTROLLER]));
  const sheet = encodeSheet(many);
  t.ok(sheet.length <= MAX_SHEET);
  const read = decodeSheet(sheet, 0);
  t.ok(read.size > 300 && read.size < 1000, `${read.size} find room`);
});

t.test('a sheet that somebody else wrote breaks nothing', async (t) => {
  const good = encodeSheet(new Map([['main', CONTROLLER]]));
  for (const text of [
    '',
    'null',
    '[]',
    '{"main":null}',
    '{"main":["x"]}',
    good.replace('"up"', '"great"'),
    good.replace('"web"', '"door"'),
    good.replace('1700000000000', '-1'),
    `${good}${' '.repeat(MAX_SHEET)}`,
  ]) {
    t.equal(decodeSheet(text, 0).size, 0, text.slice(0, 40));
  }
  t.equal(
    decodeSheet(good.replace('"l4-accept-then-close"', '"<script>"'), 0).get('main')?.entrypoints[1]
      ?.lastReason,
    null,
  );
  fc.assert(fc.property(fc.jsonValue(), (value) => decodeSheet(JSON.stringify({ a: value }), 0).size <= 1));
});
