import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { identityOfSpki } from '../protocol/identity.ts';

/** A private key and its certificate, PEM. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly cert: string;
}

/** A controller's instance identity with its self-signed certificate on the agent port. */
interface SimulatedIdentity extends KeyAndCertificate {
  /** base64 of the DER SubjectPublicKeyInfo, as published in `X-Instance-Identity`. */
  readonly published: string;
  /** MD5 of that DER key in colon-separated hex. */
  readonly fingerprint: string;
}

/** The defect of the web entrypoint's certificate. */
export type WebCertificateKind = 'good' | 'expired' | 'untrusted' | 'wrong-name';

const DAY_MS = 86_400_000;

/**
 * Keys and certificates of this process, created at their first use and shared by all simulated controllers, because an
 * RSA key takes a noticeable part of a second.
 */
const made = new Map<string, Promise<KeyAndCertificate>>();

function once(name: string, make: () => Promise<KeyAndCertificate>): Promise<KeyAndCertificate> {
  const existing = made.get(name);
  if (existing !== undefined) return existing;
  const started = make();
  made.set(name, started);
  return started;
}

/** Returns the instance identity of all simulated controllers; `other` is that of a wrong controller. */
export async function instanceIdentity(which: 'own' | 'other'): Promise<SimulatedIdentity> {
  const { key, cert } = await once(`identity-${which}`, () => selfSigned('Jenkins', { keyType: 'rsa' }));
  const spki = new X509Certificate(cert).publicKey.export({ format: 'der', type: 'spki' });
  return { key, cert, published: spki.toString('base64'), fingerprint: identityOfSpki(spki).fingerprint };
}

/** Returns the PEM of the authority that signs the web entrypoint's certificate. */
export async function webAuthority(): Promise<string> {
  return (await authority('trusted')).cert;
}

/**
 * Returns the web entrypoint's certificate. A good one is valid for `localhost`, `jenkins.test`, `127.0.0.1` to
 * `127.0.0.4` and `::1`.
 */
export function webCertificate(kind: WebCertificateKind): Promise<KeyAndCertificate> {
  return once(`web-${kind}`, async () => {
    const ca = await authority(kind === 'untrusted' ? 'unknown' : 'trusted');
    const now = Date.now();
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'jenkins.test' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      ca: { key: ca.key, cert: ca.cert },
      notBeforeDate: new Date(now - (kind === 'expired' ? 30 : 1) * DAY_MS),
      notAfterDate: new Date(now + (kind === 'expired' ? -1 : 30) * DAY_MS),
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'subjectAltName', altNames: kind === 'wrong-name' ? ELSEWHERE : HERE },
      ],
    });
    return { key, cert };
  });
}

const HERE = [
  { type: 2, value: 'localhost' },
  { type: 2, value: 'jenkins.test' },
  ...['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4', '::1'].map((ip) => ({ type: 7, ip }) as const),
] as const satisfies { type: 2 | 7; value?: string; ip?: string }[];
const ELSEWHERE = [{ type: 2, value: 'old-jenkins.test' }] as const satisfies { type: 2; value: string }[];

function authority(which: 'trusted' | 'unknown'): Promise<KeyAndCertificate> {
  return once(`authority-${which}`, () =>
    selfSigned(`Simulated authority (${which})`, {
      keyType: 'ec',
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    }),
  );
}

async function selfSigned(
  commonName: string,
  options: NonNullable<Parameters<typeof generate>[1]>,
): Promise<KeyAndCertificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: commonName }], {
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - DAY_MS),
    ...options,
  });
  return { key, cert };
}
