import { AsyncLocalStorage } from 'node:async_hooks';
import { type BigIntStats, closeSync, constants, openSync, statSync } from 'node:fs';
import { codeOf } from '../model/error-code.ts';

/** A file that was read, and its state at that moment. */
export interface FileRead {
  readonly path: string;
  /** Identity, size, times and mode when it was opened; the error code if it could not be read. */
  readonly state: string;
  readonly readable: boolean;
}

const recording = new AsyncLocalStorage<Map<string, FileRead>>();

/** Opens a file for reading, also a named pipe, without waiting. @throws {Error} of the system, with a code */
export function openToRead(path: string): number {
  // Without O_NONBLOCK, opening a named pipe blocks until another process writes to it.
  return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
}

/** Calls a function that reads files, and adds them to `reads` by path. */
export function recordReads<T>(reads: Map<string, FileRead>, read: () => T): T {
  return recording.run(reads, read);
}

/** Records that a file is read now. @param stats of the open descriptor, taken before its content is read */
export function fileOpened(path: string, stats: BigIntStats): void {
  const reads = recording.getStore();
  // A file that is read twice may change in between: then the first state is the older one.
  if (reads?.has(path) === false) reads.set(path, { path, state: stateOf(stats), readable: true });
}

/** Records a file that is read later, outside the configuration. */
export function fileNamed(path: string): void {
  try {
    fileOpened(path, statSync(path, { bigint: true }));
  } catch (error) {
    fileUnreadable(path, error);
  }
}

/** Records that a file could not be read. */
export function fileUnreadable(path: string, error: unknown): void {
  recording.getStore()?.set(path, { path, state: codeOf(error), readable: false });
}

/** Returns true if the file at the path is another one now, was changed, or can be read again. Follows links. Never throws. */
export function hasChanged({ path, state, readable }: FileRead): boolean {
  try {
    if (readable) return stateOf(statSync(path, { bigint: true })) !== state;
    // A file that can be looked at may still not be opened: without permission, or without free descriptors.
    closeSync(openToRead(path));
    return true;
  } catch (error) {
    return codeOf(error) !== state;
  }
}

function stateOf({ dev, ino, mode, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, mode, size, mtimeNs, ctimeNs].join(':');
}
