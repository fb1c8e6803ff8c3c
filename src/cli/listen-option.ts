import { isIP } from 'node:net';
import { UsageError } from './io.ts';

/** Parses `--listen HOST:PORT`, `:PORT` or `[IPv6]:PORT`; port 0 means any. @throws {UsageError} */
export function parseListen(text: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text.trim());
  const host = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3] ?? -1);
  if (match === null || port > 65_535 || (match[1] !== undefined && isIP(match[1]) !== 6)) {
    throw new UsageError('--listen must be HOST:PORT, for example 127.0.0.1:9180');
  }
  return { host: host === '' ? '0.0.0.0' : host, port };
}
