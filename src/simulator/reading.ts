import type { Readable } from 'node:stream';

/**
 * Reads exactly `size` bytes of a stream, like a blocking read. Resolves with fewer bytes if the stream ends or fails
 * before; never rejects. The stream needs a separate `error` listener.
 */
export function take(stream: Readable, size: number): Promise<Buffer> {
  return new Promise((resolve) => {
    const attempt = () => {
      const bytes: Buffer | null = stream.read(size);
      if (bytes !== null) finish(bytes);
    };
    const onEnd = () => finish(Buffer.alloc(0));
    const finish = (bytes: Buffer) => {
      stream.off('readable', attempt).off('end', onEnd).off('close', onEnd);
      resolve(bytes);
    };
    if (size === 0 || stream.readableEnded || stream.destroyed) return resolve(Buffer.alloc(0));
    stream.on('readable', attempt).on('end', onEnd).on('close', onEnd);
    attempt();
  });
}

/** Reads one string frame (u16 length, then the bytes); returns null if the stream ends inside it. */
export async function takeFrame(stream: Readable): Promise<Buffer | null> {
  const head = await take(stream, 2);
  if (head.length < 2) return null;
  const length = head.readUInt16BE();
  const payload = await take(stream, length);
  return payload.length === length ? payload : null;
}
