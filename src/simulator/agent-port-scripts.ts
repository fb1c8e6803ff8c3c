import type { Socket } from 'node:net';
import type { FaultName } from './faults.ts';
import { take } from './reading.ts';
import { drain, drip, endWith } from './speaking.ts';

/** The behaviour of the agent port for faults in which another server listens there. */
export const AGENT_PORT_SCRIPTS: Readonly<Partial<Record<FaultName, (socket: Socket) => void>>> = {
  'port-silent': drain,

  'port-closes-at-once': (socket) => {
    socket.end();
    drain(socket);
  },

  'port-resets': (socket) => {
    socket.resetAndDestroy();
  },

  'http-on-port': (socket) =>
    afterFirstBytes(socket, (first) => {
      const status = first.startsWith('GET ') ? '503 Service Temporarily Unavailable' : '400 Bad Request';
      const page = `<html>\r\n<head><title>${status}</title></head>\r\n<body><h1>${status}</h1></body>\r\n</html>\r\n`;
      return `HTTP/1.1 ${status}\r\nServer: awselb/2.0\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\nConnection: close\r\n\r\n${page}`;
    }),

  // A fatal alert, "unexpected message": the answer of a TLS server to bytes that are not a ClientHello.
  'tls-on-port': (socket) => afterFirstBytes(socket, () => Buffer.from('1503030002020a', 'hex')),

  'ssh-on-port': (socket) => {
    socket.write('SSH-2.0-OpenSSH_9.6\r\n');
    afterFirstBytes(socket, () => 'Invalid SSH identification string.\r\n');
  },

  'slow-drip': (socket) => {
    void take(socket, 10).then((first) => {
      if (socket.destroyed) return;
      drip(socket, firstAnswerTo(first));
      drain(socket);
    });
  },
};

/** Waits for the first bytes of the peer, answers, and closes. */
function afterFirstBytes(socket: Socket, answer: (first: string) => string | Uint8Array): void {
  void take(socket, 4).then((first) => {
    if (first.length === 0) socket.destroy();
    else endWith(socket, answer(first.toString('latin1')));
  });
}

/** Returns a controller's first answer to the first ten bytes. The length of the name identifies the protocol. */
function firstAnswerTo(first: Buffer): string {
  if (first.toString('latin1').startsWith('GET ')) return 'HTTP/1.0 200 OK\r\n';
  return first[1] === 'Protocol:Ping'.length ? 'Ping\n' : '\0\x03ACK';
}
