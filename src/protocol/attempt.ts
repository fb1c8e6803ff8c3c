/**
 * Runs `read` and returns its result. Returns an error of the documented class instead of throwing it; throws any other.
 */
export function attempt<T, E extends Error>(documented: new (...args: never[]) => E, read: () => T): T | E {
  try {
    return read();
  } catch (error) {
    if (error instanceof documented) return error;
    throw error;
  }
}
