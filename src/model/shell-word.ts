/** Returns a value as one word for a shell, quoted if necessary, so that a value from outside never becomes a command. */
export function shellWord(value: string): string {
  return /^[\w./:=,-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
