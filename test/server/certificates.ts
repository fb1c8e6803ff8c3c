import { generate } from 'selfsigned';

/** PEM of a key and its certificate. */
export interface Issued {
  readonly key: string;
  readonly cert: string;
}

/** Returns a new CA. */
export async function authorityCalled(commonName: string): Promise<Issued> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { key, cert };
}

/** Returns a certificate for 127.0.0.1 by this CA, for servers and for clients. */
export async function issuedBy(authority: Issued, commonName: string): Promise<Issued> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: authority,
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  return { key, cert };
}
