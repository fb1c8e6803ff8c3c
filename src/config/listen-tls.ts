import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { codeOf } from '../model/error-code.ts';
import { Secret } from '../model/secret.ts';
import { InputFileError, readCaFile, readPemFile } from './input-files.ts';
import { type ProblemSink, valueOrProblem } from './problems.ts';
import type { ConfigFile } from './schema.ts';

/** What the HTTP server needs to speak TLS, all of it read and found to fit together. */
export interface ListenTls {
  /** PEM: the server's certificate, then those that lead to its authority. */
  readonly cert: string;
  /** PEM of its private key. */
  readonly key: Secret;
  /** PEM of the authorities whose clients are let in; null: any client is. */
  readonly clientCa: string | null;
}

type ListenTlsConfig = NonNullable<NonNullable<ConfigFile['listen']>['tls']>;

/** Reads certificate and key, or notes what is wrong with them. */
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

/** What Node makes a TLS context of. */
export function secureContextOf({ cert, key, clientCa }: ListenTls): SecureContextOptions {
  return { cert, key: key.reveal(), minVersion: 'TLSv1.2', ...(clientCa !== null && { ca: clientCa }) };
}

/** OpenSSL has the last word on whether it can work with them; its own message may be anything, so it is not repeated. */
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
        `${keyFile} has no private key that can be used without a passphrase (${code})`,
      );
    }
    return null;
  }
}
