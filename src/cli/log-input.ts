import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { MAX_LOG_CHARACTERS } from '../logs/lines.ts';
import { codeOf } from '../model/error-code.ts';
import { type Io, UsageError } from './io.ts';

/** More than the log reader keeps, so that only the log reader truncates. */
const MAX_BYTES = MAX_LOG_CHARACTERS + 64 * 1024;

/**
 * Returns the text of a log file, or of standard input for `-`. Of a long log it returns the end.
 * @throws {UsageError} if it cannot be read
 */
export async function readLogInput(file: string, { stdin, signal }: Io): Promise<string> {
  if (file === '') throw new UsageError('--log must be the name of a file, not empty');
  if (file === '-') return textOf(await lastBytes(stdin, signal));
  try {
    await using handle = await open(file, 'r');
    const { size } = await handle.stat();
    // A pipe or a device has no size: read it to its end.
    const start = size > MAX_BYTES ? size - MAX_BYTES : 0;
    return textOf(await lastBytes(handle.createReadStream({ start, autoClose: false }), signal));
  } catch (error) {
    const code = codeOf(error, 'unreadable');
    if (signal.aborted) throw error;
    throw new UsageError(`--log ${JSON.stringify(file.slice(0, 200))} cannot be read (${code})`);
  }
}

async function lastBytes(stream: Readable, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  const stop = () => void stream.destroy(new DOMException('interrupted', 'AbortError'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      chunks.push(bytes);
      length += bytes.length;
      while (length - (chunks[0]?.length ?? 0) >= MAX_BYTES) length -= chunks.shift()?.length ?? 0;
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return Buffer.concat(chunks);
}

/** Decodes UTF-8, or the UTF-16 that PowerShell's `>` writes. */
function textOf(bytes: Buffer): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(utf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}
