/** The system's or Node's code of an error, `ECONNRESET` and the like. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'ERROR';
}
