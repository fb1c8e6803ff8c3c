import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import {
  IdentityError,
  identityOfCertificate,
  identityOfSpki,
  parseIdentity,
  sameIdentity,
} from '../../src/protocol/identity.ts';
import { EC_CERTIFICATE, EC_KEY, RSA_CERTIFICATE, RSA_KEY, RSA_MD5, RSA_SHA256 } from './keys.ts';
import { holds, onlyThrows } from './properties.ts';

const SPKI = Buffer.from(RSA_KEY, 'base64');
const CERTIFICATE = Buffer.from(RSA_CERTIFICATE, 'base64');

t.test('a key has the fingerprints that openssl prints', async (t) => {
  t.strictSame(parseIdentity(RSA_KEY), { spki: SPKI, fingerprint: RSA_MD5, sha256: RSA_SHA256 });
});

t.test('a header, a certificate and a pin folded over several lines are the same identity', async (t) => {
  const announced = parseIdentity(RSA_KEY);
  const folded = RSA_KEY.replace(/.{64}/g, '$&\r\n ');
  for (const identity of [parseIdentity(folded), identityOfSpki(SPKI), identityOfCertificate(CERTIFICATE)]) {
    t.ok(sameIdentity(announced, identity));
  }
});

t.test('another key is another identity', async (t) => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const other = identityOfSpki(publicKey.export({ format: 'der', type: 'spki' }));
  t.notOk(sameIdentity(parseIdentity(RSA_KEY), other));
});

t.test('what is no RSA key is refused, with a reason', async (t) => {
  const noKey = 'the identity is not a DER-encoded public key';
  for (const [what, text, message] of [
    ['nothing', '', 'the identity is empty'],
    ['blanks', ' \t\r\n', 'the identity is empty'],
    ['another alphabet', RSA_KEY.replaceAll('+', '-'), 'the identity is not base64'],
    ['an equals sign within', `${RSA_KEY.slice(0, 40)}=${RSA_KEY.slice(40)}`, 'the identity is not base64'],
    ['a page', '<html>', 'the identity is not base64'],
    ['half a key', RSA_KEY.slice(0, 200), noKey],
    ['a word', 'Jenkins', noKey],
    ['a certificate', RSA_CERTIFICATE, noKey],
    ['an elliptic key', EC_KEY, 'the identity is a key of type ec, not RSA'],
    ['a long text', 'A'.repeat(16_384), noKey],
    ['a very long text', 'A'.repeat(16_385), 'the identity is too long'],
  ] as const) {
    t.throws(() => parseIdentity(text), new IdentityError(message), what);
  }
});

t.test('so is a certificate that proves no RSA key', async (t) => {
  const unreadable = 'the peer presented no readable certificate';
  // The algorithm of the key is rsaEncryption, 1.2.840.113549.1.1.1. This changes it to 1.2.840.113549.1.1.127.
  const rsaEncryption = Buffer.from('2a864886f70d010101', 'hex');
  const unknownKey = Buffer.from(CERTIFICATE);
  unknownKey[unknownKey.indexOf(rsaEncryption) + rsaEncryption.length - 1] = 0x7f;
  t.doesNotThrow(() => new X509Certificate(unknownKey), 'it is a certificate all the same');
  for (const [what, der, message] of [
    ['no certificate', Buffer.alloc(0), unreadable],
    ['half a certificate', CERTIFICATE.subarray(0, 400), unreadable],
    ['a bare key', SPKI, unreadable],
    ['a key of an unknown kind', unknownKey, unreadable],
    ['an elliptic key', Buffer.from(EC_CERTIFICATE, 'base64'), 'the identity is a key of type ec, not RSA'],
  ] as const) {
    t.throws(() => identityOfCertificate(der), new IdentityError(message), what);
  }
});

t.test('any text, any bytes, any damage: an identity, or the one error', async (t) => {
  holds(t, fc.oneof(fc.string(), fc.base64String()), (text) =>
    onlyThrows(IdentityError, () => parseIdentity(text)),
  );
  for (const [whole, read] of [
    [SPKI, identityOfSpki],
    [CERTIFICATE, identityOfCertificate],
  ] as const) {
    holds(t, fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), ([at, byte]) => {
      const damaged = Buffer.from(whole).fill(byte, at, at + 1);
      return onlyThrows(IdentityError, () => read(damaged));
    });
  }
});

t.test('an identity is a key that Node takes back', async (t) => {
  const key = createPublicKey({
    key: Buffer.from(identityOfCertificate(CERTIFICATE).spki),
    format: 'der',
    type: 'spki',
  });
  t.equal(key.asymmetricKeyDetails?.modulusLength, 2048);
});

t.test('identities are the same after more of them than are remembered', async (t) => {
  const spki = SPKI;
  const numbered = (index: number) => {
    const other = Buffer.from(spki);
    other.writeUInt16BE(index, 60);
    return other.toString('base64');
  };
  const first = parseIdentity(numbered(0));
  t.equal(parseIdentity(numbered(0)), first, 'remembered');
  const seen = new Set(Array.from({ length: 1100 }, (_, index) => parseIdentity(numbered(index)).sha256));
  t.equal(seen.size, 1100, 'none is taken for another');
  t.same(parseIdentity(numbered(0)), first);
});
