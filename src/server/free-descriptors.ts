import { closeSync, openSync } from 'node:fs';
import { ApiError } from './errors.ts';

/** More than the files that are read at once while a module is loaded. */
const FREE_DESCRIPTORS = 32;
const RETRY_SECONDS = 10;

/**
 * Checks that a module can be loaded now. Node.js never reads a module again that it once could not read, so nothing may be
 * loaded without free file descriptors.
 * @throws {ApiError} 503
 */
export function requireDescriptors(): void {
  const opened: number[] = [];
  try {
    while (opened.length < FREE_DESCRIPTORS) opened.push(openSync('/dev/null', 'r'));
  } catch {
    const message = 'this process has too few free file descriptors';
    throw new ApiError(503, 'no-descriptors', message, null, RETRY_SECONDS);
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}
