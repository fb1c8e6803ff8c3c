import fc from 'fast-check';
import t from 'tap';
import { CapabilityError, decodeCapability, encodeCapability } from '../../src/protocol/capability.ts';
import { CAPABILITY_3355, capability } from './encoder.ts';
import { holds, onlyThrows } from './properties.ts';

t.test('the capability of remoting 3355', async (t) => {
  t.equal(encodeCapability(0x1fen), CAPABILITY_3355);
  t.strictSame(decodeCapability(CAPABILITY_3355), {
    mask: '0x1fe',
    names: [
      'multi-classloader',
      'pipe-throttling',
      'mimic-exception',
      'prefetch',
      'greedy-input-stream',
      'proxy-writer',
      'chunking',
      'proxy-exception-fallback',
    ],
  });
});

t.test('a bit without a name is told by its number', async (t) => {
  t.strictSame(decodeCapability(capability(0x8000000000000003n)), {
    mask: '0x8000000000000003',
    names: ['bit-0', 'multi-classloader', 'bit-63'],
  });
  t.strictSame(decodeCapability(capability(0n)), { mask: '0x0', names: [] });
});

t.test('what is no capability is refused', async (t) => {
  const foreign = 'not a serialized hudson.remoting.Capability';
  for (const [what, text, message] of [
    ['nothing', '', foreign],
    ['another text', 'OK', foreign],
    ['one byte less', Buffer.from(CAPABILITY_3355, 'base64').subarray(0, -1).toString('base64'), foreign],
    [
      'one byte more',
      Buffer.concat([Buffer.from(CAPABILITY_3355, 'base64'), Buffer.of(0)]).toString('base64'),
      foreign,
    ],
    ['another class', Buffer.from(CAPABILITY_3355, 'base64').fill('H', 8, 9).toString('base64'), foreign],
    ['bytes that are not base64 in between', CAPABILITY_3355.replace('ABX', 'A\u0000\nBX'), foreign],
    ['something after it', `${CAPABILITY_3355}=`, foreign],
    ['a long text', 'A'.repeat(1024), foreign],
    ['a very long text', 'A'.repeat(1025), 'the capability is too long'],
  ] as const) {
    t.throws(() => decodeCapability(text), new CapabilityError(message), what);
  }
});

t.test('every mask survives, and is what the other side reads', async (t) => {
  holds(t, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (mask) => {
    const text = encodeCapability(mask);
    return text === capability(mask) && BigInt(decodeCapability(text).mask) === mask;
  });
});

t.test('any text: a capability, or the one error', async (t) => {
  const texts = fc.oneof(
    fc.string(),
    fc.base64String(),
    fc.string().map((text) => CAPABILITY_3355 + text),
  );
  holds(t, texts, (text) => onlyThrows(CapabilityError, () => decodeCapability(text)));
});
