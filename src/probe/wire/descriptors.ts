import { closeSync, openSync } from 'node:fs';
import { codeOf } from '../../model/error-code.ts';

/**
 * Returns true if this process can open as many files or sockets. Without descriptors even lookups fail.
 * @param wanted the number of descriptors, which are opened and closed
 */
export function descriptorsLeft(wanted = 1): boolean {
  const opened: number[] = [];
  try {
    while (opened.length < wanted) opened.push(openSync('/dev/null', 'r'));
    return true;
  } catch (error) {
    return !/^E[MN]FILE$/.test(codeOf(error));
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}
