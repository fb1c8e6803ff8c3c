import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';

/** A controller's instance identity: the RSA key that it proves to own on the agent port. */
export interface InstanceIdentity {
  /** DER SubjectPublicKeyInfo. Two identities are equal when these bytes are. */
  readonly spki: Uint8Array;
  /** MD5 of the DER key in colon-separated hex, as an agent's log and the controller's pages print it. */
  readonly fingerprint: string;
  /** SHA-256 of the DER key in lower-case hex. */
  readonly sha256: string;
}

/** Why a text is no instance identity. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
}

const MAX_BASE64 = 16_384; // an RSA key of 16,384 bits needs 2,800
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Every answer of a controller repeats its identity. Parsing it again took a tenth of a busy daemon's CPU time. */
const parsed = new Map<string, InstanceIdentity>();
/** A thousand controllers, each with one key. Hostile answers only empty the map. */
const MAX_PARSED = 1024;
/** A key of 4,096 bits needs 736 characters. */
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

/** The identity whose DER SubjectPublicKeyInfo these bytes are. @throws {IdentityError} */
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
 * The identity that a certificate (DER) on the agent port proves. @throws {IdentityError}
 */
export function identityOfCertificate(der: Uint8Array): InstanceIdentity {
  let key: KeyObject;
  try {
    key = new X509Certificate(der).publicKey;
  } catch {
    throw new IdentityError('the peer showed no readable certificate');
  }
  return identityOfKey(key);
}

/** Whether both are the same key. */
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
