import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A name server without a cache in front of it. */
export interface NameServer {
  readonly address: string;
  /** Stays silent for every name, or answers again. */
  mute(silent: boolean): void;
  close(): void;
}

const HEADER = 12;
const TYPE_A = 1;

/**
 * Starts a name server on port 53 of a loopback address. It answers names of `zone` with 127.0.0.1 and does not answer
 * for others. RFC 1035, section 4.
 */
export async function startNameServer(address: string, zone: string): Promise<NameServer> {
  const socket = createSocket('udp4');
  let muted = false;
  socket.on('message', (query, from) => {
    const answer = answerTo(query, zone);
    if (answer !== null && !muted) socket.send(answer, from.port, from.address);
  });
  socket.bind(53, address);
  await once(socket, 'listening');
  return {
    address,
    mute(silent) {
      muted = silent;
    },
    close: () => socket.close(),
  };
}

function answerTo(query: Buffer, zone: string): Buffer | null {
  const labels: string[] = [];
  let at = HEADER;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  if (!labels.join('.').endsWith(zone)) return null;
  const question = query.subarray(HEADER, at + 5);
  const isA = query.readUInt16BE(at + 1) === TYPE_A;
  const head = Buffer.from([0, 0, 0x81, 0x80, 0, 1, 0, isA ? 1 : 0, 0, 0, 0, 0]);
  query.copy(head, 0, 0, 2);
  const record = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1]);
  return Buffer.concat([head, question, ...(isA ? [record] : [])]);
}

/** Returns a command that runs another command with a different `/etc/resolv.conf` and keeps the process ID. */
export function withResolvConf(file: string, command: readonly string[]): readonly [string, string[]] {
  const script = 'mount --bind "$0" /etc/resolv.conf && exec "$@"';
  return ['unshare', ['--mount', 'sh', '-c', script, file, ...command]];
}

/** Returns the reason why tests cannot replace `/etc/resolv.conf`; false if they can. */
export function cannotReplaceResolvConf(): string | false {
  const tried = spawnSync('unshare', ['--mount', 'mount', '--bind', '/etc/hosts', '/etc/resolv.conf']);
  return tried.status === 0 ? false : 'replacing /etc/resolv.conf needs unshare(1) and root';
}
