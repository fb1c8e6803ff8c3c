/** The system's or Node's code of an error, such as `ECONNRESET`. @param otherwise for an error without a code */
export function codeOf(error: unknown, otherwise = 'ERROR'): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : otherwise;
}
