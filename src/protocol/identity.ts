import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';

/** A controller's instance identity: the RSA key of its certificate on the agent port. */
export interface InstanceIdentity {
  /** DER SubjectPublicKeyInfo. Two identities are equal if these bytes are equal. */
  readonly spki: Uint8Array;
  /** MD5 of the DER key in colon-separated hex, as in an agent's log and on the controller's pages. */
  readonly fingerprint: string;
  /** SHA-256 of the DER key in lower-case hex. */
  readonly sha256: string;
}

/** The text is not an instance identity. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
}

const MAX_BASE64 = 16_384; // an RSA key of 16,384 bits needs 2,800
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** A cache. Every answer of a controller contains its identity, and parsing took 10 % of a busy daemon's CPU time. */
const parsed = new Map<string, InstanceIdentity>();
/** The limit of the cache, for a thousand controllers with one key each. At the limit the cache is cleared. */
const MAX_PARSED = 1024;
/** The limit of a cached text. A key of 4,096 bits needs 736 characters. */
const MAX_KEPT = 1024;

/**
 * Parses `X-Instance-Identity` (or a configured pin): base64 of the DER SubjectPublicKeyInfo of an RSA key.
 * White space is ignored. @throws {IdentityError}
 */
export function parseIdentity(text: string): InstanceIdentity {
  const base64 = text.length > MAX_BASE64 ? '' : text.replace(/\s+/g, '');
  if (base64 === '') {
    throw new IdentityError(text.length > MAX_BASE64 ? 'the identity is too long' : 'the identity is empty');
  }
  const known = parsed.get(base64);
  if (known !== undefined) return known;
  if (!BASE64.test(base64)) throw new IdentityError('the identity is not base64');
  const identity = Object.freeze(identityOfSpki(Buffer.from(base64, 'base64')));
  if (parsed.size >= MAX_PARSED) parsed.clear();
  if (base64.length <= MAX_KEPT) parsed.set(base64, identity);
  return identity;
}

/** Returns the identity of a DER SubjectPublicKeyInfo. @throws {IdentityError} */
export function identityOfSpki(spki: Uint8Array): InstanceIdentity {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    throw new IdentityError('the identity is not a DER-encoded public key');
  }
  return identityOfKey(key);
}

/**
 * Returns the identity of a certificate (DER) on the agent port. @throws {IdentityError}
 */
export function identityOfCertificate(der: Uint8Array): InstanceIdentity {
  let key: KeyObject;
  try {
    key = new X509Certificate(der).publicKey;
  } catch {
    throw new IdentityError('the peer presented no readable certificate');
  }
  return identityOfKey(key);
}

/** Returns true if both are the same key. */
export function sameIdentity(a: InstanceIdentity, b: InstanceIdentity): boolean {
  return a.sha256 === b.sha256;
}

function identityOfKey(key: KeyObject): InstanceIdentity {
  if (key.asymmetricKeyType !== 'rsa') {
    throw new IdentityError(`the identity is a key of type ${key.asymmetricKeyType}, not RSA`);
  }
  const spki = key.export({ format: 'der', type: 'spki' });
  const md5 = createHash('md5').update(spki).digest('hex');
  return {
    spki,
    fingerprint: md5.replace(/(..)(?!$)/g, '$1:'),
    sha256: createHash('sha256').update(spki).digest('hex'),
  };
}
