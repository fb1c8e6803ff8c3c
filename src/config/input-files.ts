import { X509Certificate } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { codeOf } from '../model/error-code.ts';
import { Secret } from '../model/secret.ts';

/** Why a file cannot be used: one sentence that names it and never shows its content. */
export class InputFileError extends Error {}

const MAX_SECRET_BYTES = 64 * 1024;
const MAX_CA_BYTES = 1024 * 1024;

/** Reads a text file of at most `maxBytes`. @throws {InputFileError} */
export function readTextFile(path: string, maxBytes: number): string {
  let descriptor: number;
  try {
    // Without O_NONBLOCK a named pipe would hold us until somebody writes to it.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw new InputFileError(`cannot read ${path} (${codeOf(error, 'unknown error')})`);
  }
  try {
    if (!fstatSync(descriptor).isFile()) throw new InputFileError(`${path} is not a file`);
    return readCapped(descriptor, path, maxBytes);
  } catch (error) {
    if (error instanceof InputFileError) throw error;
    throw new InputFileError(`cannot read ${path} (${codeOf(error, 'unknown error')})`);
  } finally {
    closeSync(descriptor);
  }
}

function readCapped(descriptor: number, name: string, maxBytes: number): string {
  const buffer = Buffer.alloc(maxBytes + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length <= maxBytes; length += read) {
    read = readSync(descriptor, buffer, length, buffer.length - length, null);
  }
  if (length > maxBytes) throw tooLarge(name, maxBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(buffer.subarray(0, length));
  } catch {
    throw new InputFileError(`${name} is not UTF-8`);
  }
}

/** Reads a secret: one line, white space around it taken off. @throws {InputFileError} */
export function readSecretFile(path: string, folder: string): Secret {
  if (/^[0-9a-f]{32,}$/i.test(path)) {
    throw new InputFileError('this looks like the secret itself, write the name of a file that holds it');
  }
  return secretOf(readTextFile(resolve(path, folder), MAX_SECRET_BYTES), path);
}

/**
 * Reads a secret from standard input, waiting for whoever writes it.
 * @throws {InputFileError}
 * @throws {DOMException} an `AbortError` when the signal says so
 */
export async function readSecretInput(input: Readable, signal: AbortSignal): Promise<Secret> {
  const name = 'standard input';
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of addAbortSignal(signal, input)) {
      chunks.push(Buffer.from(chunk));
      length += chunk.length;
      if (length > MAX_SECRET_BYTES) throw tooLarge(name, MAX_SECRET_BYTES);
    }
  } catch (error) {
    if (error instanceof InputFileError || signal.aborted) throw error;
    throw new InputFileError(`cannot read ${name} (${codeOf(error, 'unknown error')})`);
  }
  return secretOf(Buffer.concat(chunks).toString('utf8'), name);
}

/** A secret as it was written: one line, white space around it taken off. @throws {InputFileError} */
export function secretOf(content: string, name: string): Secret {
  const secret = content.trim();
  if (secret === '') throw new InputFileError(`${name} is empty`);
  if (/[\r\n]/.test(secret)) throw new InputFileError(`${name} has more than one line; a secret is one line`);
  if (/\p{Cc}/u.test(secret)) throw new InputFileError(`${name} has control characters in it`);
  return new Secret(secret);
}

function tooLarge(name: string, maxBytes: number): InputFileError {
  return new InputFileError(`${name} is larger than ${maxBytes} bytes`);
}

/** Reads a PEM file of certificates. @throws {InputFileError} */
export function readCaFile(path: string, folder: string): string {
  const pem = readTextFile(resolve(path, folder), MAX_CA_BYTES);
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new InputFileError(`${path} has no PEM certificate in it`);
  for (const block of blocks) {
    try {
      new X509Certificate(block);
    } catch {
      throw new InputFileError(`${path} has a certificate in it that cannot be read`);
    }
  }
  return blocks.join('\n');
}

/** Reads a PEM file whose content is nobody else's business, such as a private key. @throws {InputFileError} */
export function readPemFile(path: string, folder: string): string {
  const pem = readTextFile(resolve(path, folder), MAX_SECRET_BYTES);
  if (!/-----BEGIN [A-Z ]+-----/.test(pem)) throw new InputFileError(`${path} is not a PEM file`);
  return pem;
}

/** Where a file is that is named in a configuration in `folder`. */
export function resolve(path: string, folder: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}
