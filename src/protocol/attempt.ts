/**
 * Runs `read`. An error of the class that it is documented to throw becomes its value; any other error is a bug and
 * passes through.
 */
export function attempt<T, E extends Error>(documented: new (...args: never[]) => E, read: () => T): T | E {
  try {
    return read();
  } catch (error) {
    if (error instanceof documented) return error;
    throw error;
  }
}
