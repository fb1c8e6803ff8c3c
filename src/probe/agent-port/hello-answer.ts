import type { Socket } from 'node:net';
import { type HelloEvent, HelloReader } from '../../protocol/hello.ts';
import type { StepFailure } from '../recording.ts';
import type { StepLimit } from '../wire/deadline.ts';
import { type ReadEnd, readUntil } from '../wire/read-until.ts';
import { failureOfBytes } from './silence.ts';

/** The answer to {@link HELLO_REQUEST}. */
export interface HelloAnswer {
  readonly event: HelloEvent;
  /** The end of reading. */
  readonly end: ReadEnd;
  readonly received: Uint8Array;
}

/**
 * Reads the answer to a hello and closes the connection at once: the controller half-closes and reads until we close.
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

/** Returns the failure for an answer that is not a hello. */
export function findingOfHello({ event, received, end }: HelloAnswer, limitMs: number): StepFailure {
  if (event.type === 'http') {
    const server = event.server === null ? '' : ` from ${event.server}`;
    return {
      reason: 'alb-or-http-lb-on-50000',
      detail: `HTTP status ${event.status}${server}, no hello`,
    };
  }
  if (event.type === 'too-large') {
    return { reason: 'response-too-large', detail: `more than ${HelloReader.CAP} bytes, no hello` };
  }
  return failureOfBytes(received, end, limitMs);
}
