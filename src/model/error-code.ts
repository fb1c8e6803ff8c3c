/** The code of an error, such as `ECONNRESET`. @param otherwise the result for an error without a code */
export function codeOf(error: unknown, otherwise = 'ERROR'): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : otherwise;
}
