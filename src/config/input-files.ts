import { X509Certificate } from 'node:crypto';
import { closeSync, fstatSync, readSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { codeOf } from '../model/error-code.ts';
import { Secret } from '../model/secret.ts';
import { fileOpened, fileUnreadable, openToRead } from './file-reads.ts';

/** A file cannot be used. The message is one sentence that names the file and never shows its content. */
export class InputFileError extends Error {}

const MAX_SECRET_BYTES = 64 * 1024;
const MAX_CA_BYTES = 1024 * 1024;

/** Reads a text file of at most `maxBytes`. @throws {InputFileError} */
export function readTextFile(path: string, maxBytes: number): string {
  let descriptor: number;
  try {
    descriptor = openToRead(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    fileOpened(path, stats);
    if (!stats.isFile()) throw new InputFileError(`${path} is not a file`);
    return readCapped(descriptor, path, maxBytes);
  } catch (error) {
    if (error instanceof InputFileError) throw error;
    throw unreadable(path, error);
  } finally {
    closeSync(descriptor);
  }
}

function unreadable(path: string, error: unknown): InputFileError {
  fileUnreadable(path, error);
  return new InputFileError(`cannot read ${path} (${codeOf(error, 'unknown error')})`);
}

function readCapped(descriptor: number, name: string, maxBytes: number): string {
  const buffer = Buffer.alloc(maxBytes + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length <= maxBytes; length += read) {
    read = readSync(descriptor, buffer, length, buffer.length - length, null);
  }
  if (length > maxBytes) throw tooLarge(name, maxBytes);
  return decoded(buffer.subarray(0, length), name);
}

function decoded(bytes: Buffer, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new InputFileError(`${name} is not UTF-8`);
  }
}

/** Reads a secret: one line, trimmed. @throws {InputFileError} */
export function readSecretFile(path: string, folder: string): Secret {
  if (/^[0-9a-f]{32,}$/i.test(path)) {
    throw new InputFileError(
      'the value looks like the secret itself; write the name of a file that contains it',
    );
  }
  return secretOf(readTextFile(resolve(path, folder), MAX_SECRET_BYTES), path);
}

/** The name of standard input in messages. */
export const STANDARD_INPUT = 'standard input';

/**
 * Reads a secret from standard input until its end.
 * @throws {InputFileError}
 * @throws {DOMException} an `AbortError` when the signal aborts
 */
export async function readSecretInput(input: Readable, signal: AbortSignal): Promise<Secret> {
  return secretOf(await readTextInput(input, MAX_SECRET_BYTES, signal), STANDARD_INPUT);
}

/**
 * Reads a text of at most `maxBytes` from standard input until its end.
 * @throws {InputFileError}
 * @throws {DOMException} an `AbortError` when the signal aborts
 */
export async function readTextInput(input: Readable, maxBytes: number, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of addAbortSignal(signal, input)) {
      chunks.push(Buffer.from(chunk));
      length += chunk.length;
      if (length > maxBytes) throw tooLarge(STANDARD_INPUT, maxBytes);
    }
  } catch (error) {
    if (error instanceof InputFileError || signal.aborted) throw error;
    throw new InputFileError(`cannot read ${STANDARD_INPUT} (${codeOf(error, 'unknown error')})`);
  }
  return decoded(Buffer.concat(chunks), STANDARD_INPUT);
}

/** Returns the secret in a text: one line, trimmed. @throws {InputFileError} */
export function secretOf(content: string, name: string): Secret {
  const secret = content.trim();
  if (secret === '') throw new InputFileError(`${name} is empty`);
  if (/[\r\n]/.test(secret))
    throw new InputFileError(`${name} has more than one line; a secret must be one line`);
  if (/\p{Cc}/u.test(secret)) throw new InputFileError(`${name} contains control characters`);
  return new Secret(secret);
}

function tooLarge(name: string, maxBytes: number): InputFileError {
  return new InputFileError(`${name} is larger than ${maxBytes} bytes`);
}

/** Reads a PEM file of certificates. @throws {InputFileError} */
export function readCaFile(path: string, folder: string): string {
  const pem = readTextFile(resolve(path, folder), MAX_CA_BYTES);
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new InputFileError(`${path} contains no PEM certificate`);
  for (const block of blocks) {
    try {
      new X509Certificate(block);
    } catch {
      throw new InputFileError(`${path} contains a certificate that cannot be parsed`);
    }
  }
  return blocks.join('\n');
}

/** Reads a PEM file with secret content, such as a private key. @throws {InputFileError} */
export function readPemFile(path: string, folder: string): string {
  const pem = readTextFile(resolve(path, folder), MAX_SECRET_BYTES);
  if (!/-----BEGIN [A-Z ]+-----/.test(pem)) throw new InputFileError(`${path} is not a PEM file`);
  return pem;
}

/** Returns the path of a file that a configuration in `folder` names. */
export function resolve(path: string, folder: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}
