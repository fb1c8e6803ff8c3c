import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { codeOf } from '../model/error-code.ts';
import { Secret } from '../model/secret.ts';
import { InputFileError, readCaFile, readPemFile } from './input-files.ts';
import { type ProblemSink, valueOrProblem } from './problems.ts';
import type { ConfigFile } from './schema.ts';

/** The TLS material of the HTTP server, read and checked. */
export interface ListenTls {
  /** PEM: the server's certificate, then the intermediate ones. */
  readonly cert: string;
  /** PEM of the private key. */
  readonly key: Secret;
  /** PEM of the authorities of accepted clients; null: any client is accepted. */
  readonly clientCa: string | null;
}

type ListenTlsConfig = NonNullable<NonNullable<ConfigFile['listen']>['tls']>;

/** Reads certificate and key; returns null and adds problems if they cannot be used. */
export function readListenTls(
  { certFile, keyFile, clientCaFile }: ListenTlsConfig,
  folder: string,
  problems: ProblemSink,
): ListenTls | null {
  const read = <T>(path: string, make: () => T) => valueOrProblem(problems, path, [InputFileError], make);
  const cert = read('certFile', () => readCaFile(certFile, folder));
  const key = read('keyFile', () => new Secret(readPemFile(keyFile, folder)));
  const clientCa =
    clientCaFile === undefined ? null : read('clientCaFile', () => readCaFile(clientCaFile, folder));
  if (cert === null || key === null || (clientCaFile !== undefined && clientCa === null)) return null;
  return fits({ cert, key, clientCa }, { certFile, keyFile }, problems);
}

/** Returns the options of a TLS context. */
export function secureContextOf({ cert, key, clientCa }: ListenTls): SecureContextOptions {
  return { cert, key: key.reveal(), minVersion: 'TLSv1.2', ...(clientCa !== null && { ca: clientCa }) };
}

/** Checks with OpenSSL that certificate and key work together. Problems do not repeat OpenSSL's message. */
function fits(
  tls: ListenTls,
  { certFile, keyFile }: Pick<ListenTlsConfig, 'certFile' | 'keyFile'>,
  problems: ProblemSink,
): ListenTls | null {
  try {
    createSecureContext(secureContextOf(tls));
    return tls;
  } catch (error) {
    const code = codeOf(error, 'unknown error');
    if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH' || code === 'ERR_OSSL_X509_KEY_TYPE_MISMATCH') {
      problems.add('keyFile', `${keyFile} is not the key of the first certificate in ${certFile}`);
    } else if (code.startsWith('ERR_OSSL_X509') || code.startsWith('ERR_SSL')) {
      problems.add('certFile', `${certFile} cannot be used as a server's certificate (${code})`);
    } else {
      problems.add(
        'keyFile',
        `${keyFile} contains no private key that can be used without a passphrase (${code})`,
      );
    }
    return null;
  }
}
