import type { Socket } from 'node:net';
import { AGENT_PORT_SCRIPTS } from './agent-port-scripts.ts';
import { serveJnlp4 } from './jnlp4-server.ts';
import { take } from './reading.ts';
import { drain, endWith } from './speaking.ts';
import type { ControllerState } from './state.ts';

/** The agent port waits for this many bytes before it reads them, without a timeout. */
const FIRST_BYTES = 10;

/** Serves one connection of the agent port, reading in the order of `TcpSlaveAgentListener`. */
export async function serveAgentPort(socket: Socket, state: ControllerState): Promise<void> {
  const { tally } = state;
  tally.agentPortConnections++;
  tally.openAgentPort++;
  socket.on('close', () => tally.openAgentPort--);
  const script = AGENT_PORT_SCRIPTS[state.fault];
  if (script !== undefined) return script(socket);

  const head = await take(socket, FIRST_BYTES);
  if (head.length < FIRST_BYTES) {
    // Do not count a connection that the simulator itself destroyed to change its fault.
    if (socket.readableEnded || socket.errored !== null) tally.bareConnects++;
    return void socket.destroy();
  }
  if (state.fault === 'protocol-prefix') return endWith(socket, 'Unrecognized protocol: via 127.0.0.1\n');
  const start = head.toString('latin1');
  if (start.startsWith('GET ')) return respondHello(socket, start.startsWith('GET / '), state);
  const name = await readUtf(socket, head);
  if (name === null) return void socket.destroy();
  if (!name.startsWith('Protocol:')) return endWith(socket, `Unrecognized protocol: ${name}\n`);
  await serveProtocol(name.slice('Protocol:'.length), socket, state);
}

async function serveProtocol(name: string, socket: Socket, state: ControllerState): Promise<void> {
  if (name === 'Ping') {
    state.tally.pings++;
    return endWith(socket, 'Ping\n');
  }
  if (name === 'JNLP4-connect' && state.fault !== 'jnlp4-not-offered') return serveJnlp4(socket, state);
  endWith(socket, 'Unknown protocol:\n');
}

/** Answers, closes its own side, and reads until the client closes. */
function respondHello(socket: Socket, found: boolean, state: ControllerState): void {
  socket.end(found ? hello(socket, state) : NOT_FOUND);
  if (found) state.tally.hellos++;
  drain(socket);
}

// Bare LF, unlike the hello: an HTTP parser rejects it.
const NOT_FOUND = 'HTTP/1.0 404 Not Found\nContent-Type: text/plain;charset=UTF-8\n\nNot Found\n';

function hello(socket: Socket, state: ControllerState): string {
  return [
    'HTTP/1.0 200 OK',
    'Content-Type: text/plain;charset=UTF-8',
    'X-Content-Type-Options: nosniff',
    '',
    `Jenkins-Agent-Protocols: ${state.protocols}`,
    `Jenkins-Version: ${state.facts.version}`,
    `Jenkins-Session: ${state.helloSession}`,
    `Client: ${socket.remoteAddress}`,
    `Server: ${socket.localAddress}`,
    `Remoting-Minimum-Version: ${state.facts.minimumRemotingVersion}`,
    '',
  ].join('\r\n');
}

/**
 * Returns the string frame that starts with `head`; null if the stream ends inside it or it is not UTF-8. The name of every
 * protocol with further data is longer than `head`, so `head` contains no byte of that data.
 */
async function readUtf(socket: Socket, head: Buffer): Promise<string | null> {
  const length = head.readUInt16BE();
  const wanted = Math.max(0, length - (head.length - 2));
  const rest = await take(socket, wanted);
  if (rest.length < wanted) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(
      Buffer.concat([head.subarray(2, 2 + length), rest]),
    );
  } catch {
    return null;
  }
}
