import type { Readable } from 'node:stream';

/**
 * Takes exactly `size` bytes off a stream and no more, waiting for them as a blocking read does. Resolves with fewer
 * bytes when the stream ends or breaks before; never rejects. The stream needs an `error` listener of its own.
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

/** Takes one string frame (u16 length, then the bytes); null when the stream ends within it. */
export async function takeFrame(stream: Readable): Promise<Buffer | null> {
  const head = await take(stream, 2);
  if (head.length < 2) return null;
  const length = head.readUInt16BE();
  const payload = await take(stream, length);
  return payload.length === length ? payload : null;
}
