import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { AGENT_PORT_CONNECT } from '../../model/connect-reasons.ts';
import type { Jnlp4Client, Jnlp4Event } from '../../protocol/jnlp4.ts';
import type { StepFailure } from '../recording.ts';
import type { StepLimit } from '../wire/deadline.ts';
import type { Hop } from '../wire/hop.ts';
import { openStream } from '../wire/open-stream.ts';
import { type ReadEnd, readUntil } from '../wire/read-until.ts';

/** The result of the first exchange of a JNLP4 connection. */
type AckExchange =
  | {
      readonly opened: true;
      /** The caller destroys it. */
      readonly socket: Socket;
      /** The events of the client; empty if reading ended before the answer was complete. */
      readonly events: readonly Jnlp4Event[];
      readonly end: ReadEnd;
      /** From the start of connecting to the end of the exchange, in milliseconds. */
      readonly ms: number;
    }
  | { readonly opened: false; readonly finding: StepFailure };

/**
 * Opens a connection, requests JNLP4 and reads the acknowledgement. Later bytes stay on the socket for TLS. Never rejects.
 * @param client a new client
 */
export async function exchangeAck(client: Jnlp4Client, hop: Hop, limit: StepLimit): Promise<AckExchange> {
  const start = performance.now();
  const [opening] = client.start();
  const first = opening?.type === 'send' ? opening.bytes : null;
  const opened = await openStream(hop, first, AGENT_PORT_CONNECT, limit);
  if (!opened.ok) return { opened: false, finding: opened.finding };
  const { socket } = opened;
  let events: readonly Jnlp4Event[] = [];
  const end = await readUntil(socket, limit, (chunk) => {
    const { wanted } = client;
    events = client.push(chunk.subarray(0, wanted));
    if (isAcknowledged(events) && chunk.length > wanted) socket.unshift(Buffer.from(chunk.subarray(wanted)));
    return events.length > 0;
  });
  return { opened: true, socket, events, end, ms: performance.now() - start };
}

/** Returns true if the controller has acknowledged and TLS is next. */
export function isAcknowledged(events: readonly Jnlp4Event[]): boolean {
  return events[0]?.type === 'start-tls';
}
