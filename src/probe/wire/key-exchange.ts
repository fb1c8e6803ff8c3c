import { DEFAULT_CIPHERS } from 'node:tls';

/**
 * Cipher suites without DHE. In TLS 1.2 the server chooses the group of a DHE key exchange. OpenSSL takes groups of up to
 * 10,000 bits, for which a client needs seconds on its event loop. Everything of the last decade offers ECDHE as well.
 */
const NO_DHE = '!kDHE';

/** Returns the cipher suites for the Jenkins URL. */
export function webCiphers(): string {
  return `${DEFAULT_CIPHERS}:${NO_DHE}`;
}

/** For the agent port. Controllers keep their key for many years: a short one must still be readable to be compared. */
export const AGENT_CIPHERS = `DEFAULT:${NO_DHE}@SECLEVEL=0`;

/** Loads TLS before a step of which the time is measured: it takes 13 ms in the built program. */
export function loadTls(): void {
  webCiphers();
}

/** Returns a possible reason for a failed handshake that the error does not mention; empty if there isn't one. */
export function hintOfTlsError(code: string): string {
  if (!code.endsWith('ALERT_HANDSHAKE_FAILURE')) return '';
  return ': the server takes none of the cipher suites offered; this probe does not offer DHE';
}
