import { isIP, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { codeOf } from '../../model/error-code.ts';
import type { CertificateEvidence } from '../../model/result.ts';
import type { TlsPolicy } from '../../model/target.ts';
import type { Reason } from '../../protocol/reason.ts';
import type { StepFailure } from '../recording.ts';
import type { StepLimit } from '../wire/deadline.ts';
import { hintOfTlsError, webCiphers } from '../wire/key-exchange.ts';
import { ownFailure } from '../wire/own-failure.ts';
import { type TlsEnd, waitForTls } from '../wire/tls-wait.ts';

/** The result of TLS with the Jenkins URL. It contains the certificate even if it was not accepted. */
export interface WebTls {
  readonly tls: TLSSocket;
  /** The failure of TLS or of the certificate; null after a success. */
  readonly finding: StepFailure | null;
  /** True if only the certificate failed and the policy ignores that. */
  readonly tolerated: boolean;
  readonly certificate: Omit<CertificateEvidence, 'address' | 'entrypoint'> | null;
}

/**
 * Starts TLS as an HTTPS client: verification against the policy's authorities, a new session, only HTTP/1.1 (as agents
 * do). Never rejects. The caller destroys the socket.
 */
export async function secureWeb(
  socket: Socket,
  host: string,
  policy: TlsPolicy,
  limit: StepLimit,
): Promise<WebTls> {
  const name = policy.serverName ?? host.replace(/^\[(.*)\]$/, '$1');
  const tls = connect({
    socket,
    host: name,
    ...(isIP(name) === 0 ? { servername: name } : {}),
    ...(policy.ca === null ? {} : { ca: policy.ca }),
    ALPNProtocols: ['http/1.1'],
    ciphers: webCiphers(),
    // Verified below, so that a report can describe a certificate that is not accepted.
    rejectUnauthorized: false,
  });
  const failure = describeEnd(await waitForTls(tls, socket, limit), limit);
  if (failure !== null) return { tls, finding: failure, tolerated: false, certificate: null };
  const finding = tls.authorized ? null : judge(tls.authorizationError);
  const certificate = describeCertificate(tls);
  return { tls, finding, tolerated: finding !== null && policy.insecureSkipVerify, certificate };
}

function describeEnd(end: TlsEnd, limit: StepLimit): StepFailure | null {
  switch (end.type) {
    case 'secure':
      return null;
    case 'timeout':
      return {
        reason: 'tls-timeout',
        detail: `TLS was not ready within ${limit.limitMs} ms`,
        limitMs: limit.limitMs,
      };
    case 'closed':
      return { reason: 'tls-failed', detail: 'the connection was closed during the TLS handshake' };
    case 'error':
      return ownFailure(end.code) ?? describeError(end.code);
  }
}

const NOT_TLS = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_HTTP_REQUEST',
]);

function describeError(code: string): StepFailure {
  if (NOT_TLS.has(code)) return { reason: 'tls-not-spoken', detail: 'the port answers, but not with TLS' };
  return { reason: 'tls-failed', detail: `the TLS handshake failed (${code})${hintOfTlsError(code)}` };
}

const REASON_OF_VERIFICATION: Readonly<Record<string, Reason>> = {
  UNABLE_TO_GET_ISSUER_CERT: 'cert-unknown-ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'cert-unknown-ca',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'cert-unknown-ca',
  SELF_SIGNED_CERT_IN_CHAIN: 'cert-unknown-ca',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'cert-unknown-ca',
  CERT_UNTRUSTED: 'cert-unknown-ca',
  CERT_HAS_EXPIRED: 'cert-expired',
  CERT_NOT_YET_VALID: 'cert-not-yet-valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'cert-name-mismatch',
  HOSTNAME_MISMATCH: 'cert-name-mismatch',
};

/** Returns the failure of a verification. Node's type is an Error, but its value is the code as a string. */
function judge(error: Error | string | null): StepFailure {
  const code = typeof error === 'string' ? error : codeOf(error);
  const reason = REASON_OF_VERIFICATION[code] ?? 'tls-failed';
  return { reason, detail: `the certificate is not accepted (${code})` };
}

function describeCertificate(tls: TLSSocket): WebTls['certificate'] {
  const certificate = tls.getPeerX509Certificate();
  if (certificate === undefined) return null;
  return {
    subject: certificate.subject?.replaceAll('\n', ', ') ?? '',
    issuer: certificate.issuer?.replaceAll('\n', ', ') ?? '',
    altNames: (certificate.subjectAltName ?? '')
      .split(', ')
      .filter((name) => name !== '')
      .slice(0, 50),
    notBefore: Date.parse(certificate.validFrom),
    notAfter: Date.parse(certificate.validTo),
    sha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}
