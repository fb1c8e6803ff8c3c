import type { Socket } from 'node:net';
import { type HelloEvent, HelloReader } from '../../protocol/hello.ts';
import type { StepLimit } from '../wire/deadline.ts';
import { type ReadEnd, readUntil } from '../wire/read-until.ts';

/** What came back after {@link HELLO_REQUEST}. */
export interface HelloAnswer {
  readonly event: HelloEvent;
  /** How the reading ended. */
  readonly end: ReadEnd;
  readonly received: Uint8Array;
}

/**
 * Reads the answer to a hello, and closes the connection at once: the controller half-closes and then reads until we do.
 */
export async function readHello(socket: Socket, limit: StepLimit): Promise<HelloAnswer> {
  const reader = new HelloReader();
  let event: HelloEvent = { type: 'waiting' };
  const end = await readUntil(socket, limit, (chunk) => {
    event = reader.push(chunk);
    return event.type !== 'waiting';
  });
  socket.destroy();
  return { event: end.type === 'closed' ? reader.end() : event, end, received: reader.received };
}
