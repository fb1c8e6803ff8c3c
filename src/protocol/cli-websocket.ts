/**
 * Operation codes of the CLI over WebSocket (`cli/ws`). A probe makes one round trip: Jenkins answers START without a
 * command with STDERR `Connection closed before arguments received` and EXIT 2. That needs no login and passes every proxy
 * on the path. Each binary message is one operation code and its data (`PlainCLIProtocol`).
 */
export const CLI_OPS = {
  ARG: 0,
  LOCALE: 1,
  ENCODING: 2,
  START: 3,
  EXIT: 4,
  STDIN: 5,
  END_STDIN: 6,
  STDOUT: 7,
  STDERR: 8,
} as const;

/** One message of the controller. */
type CliMessage =
  | { readonly type: 'exit'; readonly code: number }
  | { readonly type: 'stdout' | 'stderr'; readonly data: Uint8Array }
  /** An operation that a client never receives, or one that is too short. */
  | { readonly type: 'unexpected'; readonly op: number | null };

/** The only message of a probe: START. */
export const CLI_START: Uint8Array = Uint8Array.of(CLI_OPS.START);

/** The limit of a message (`maxPayload`). Messages of the controller are small. */
export const CLI_MESSAGE_CAP = 65_536;

/** Decodes one binary message. Never throws. */
export function decodeCliMessage(message: Uint8Array): CliMessage {
  const op = message[0];
  if (op === CLI_OPS.STDOUT) return { type: 'stdout', data: message.subarray(1) };
  if (op === CLI_OPS.STDERR) return { type: 'stderr', data: message.subarray(1) };
  if (op === CLI_OPS.EXIT && message.length === 5) {
    return { type: 'exit', code: new DataView(message.buffer, message.byteOffset + 1, 4).getInt32(0) };
  }
  return { type: 'unexpected', op: op ?? null };
}

/** Returns the `Origin` that Jenkins expects: scheme, host and non-default port of its configured URL. */
export function originOf(jenkinsUrl: URL): string {
  return jenkinsUrl.origin;
}
