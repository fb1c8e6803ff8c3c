import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { CapabilityError, decodeCapability, encodeCapability } from '../protocol/capability.ts';
import { COOKIE, decodeConnectionHeaders, NODE_NAME, SECRET_KEY } from '../protocol/connection-headers.ts';
import { encodeFrame } from '../protocol/frames.ts';
import { instanceIdentity } from './certificates.ts';
import { take, takeFrame } from './reading.ts';
import { drain, endWith } from './speaking.ts';
import { CAPABILITY_MASK, type ControllerState } from './state.ts';
import { secureAsServer, secured } from './tls-layer.ts';

/** A controller's timeout for the acknowledgement (remoting's `AckFilterLayer`). */
const STEP_MS = 10_000;
const ACK = encodeFrame('ACK');
const BYE = encodeFrame('BYE');

/** Runs the server's side of `JNLP4-connect`, after the name of the protocol was read. */
export async function serveJnlp4(socket: Socket, state: ControllerState): Promise<void> {
  switch (state.fault) {
    case 'closes-before-ack':
      return endWith(socket, '');
    case 'ack-never':
      return drain(socket);
    case 'wrong-ack':
      return endWith(socket, encodeFrame('NAK'));
    default:
      await delay(state.facts.ackDelayMs);
      socket.write(ACK);
  }
  const limit = setTimeout(() => socket.destroy(), STEP_MS);
  socket.on('close', () => clearTimeout(limit));
  const acknowledgement = await take(socket, ACK.length);
  if (!acknowledgement.equals(ACK)) return void socket.destroy();
  // The timeout ends with the acknowledgement. The TLS layer waits for a ClientHello without a limit.
  clearTimeout(limit);
  if (state.fault === 'tls-never') return drain(socket);
  const identity = await instanceIdentity(state.fault === 'wrong-identity' ? 'other' : 'own');
  const tls = secureAsServer(socket, identity, () => {
    // After our own end a close_notify is the peer's answer. Before it, it leaves the socket in CLOSE_WAIT.
    if (socket.writableEnded) return void socket.destroy();
    state.tally.closeNotifies++;
  });
  if (!(await secured(tls))) return void socket.destroy();
  state.tally.handshakes++;
  await logIn(tls, socket, state);
}

/** Exchanges headers, answers and capabilities. The TLS layer handles an early end of the stream. */
async function logIn(tls: TLSSocket, socket: Socket, state: ControllerState): Promise<void> {
  const cookie = { [COOKIE]: randomBytes(32).toString('hex') };
  tls.write(encodeFrame(state.fault === 'headers-garbage' ? '<html></html>' : JSON.stringify(cookie)));
  const headers = await takeFrame(tls);
  if (headers === null) return;
  const verdict = judgeHeaders(headers, state);
  if ('refusal' in verdict) {
    tls.write(encodeFrame(`ERROR: ${verdict.refusal}`));
    // As in remoting, any five bytes confirm: `OK` and `BYE`, or only `BYE`.
    const confirmed = await take(tls, BYE.length);
    if (confirmed.length === BYE.length) endAndDrain(socket, tls);
    return;
  }
  tls.write(encodeFrame('OK'));
  const answer = await takeFrame(tls);
  if (answer === null) return;
  if (answer.toString() !== 'OK') {
    tls.write(BYE, () => endAndDrain(socket, tls));
    return;
  }
  state.tally.logins++;
  tls.write(
    encodeFrame(state.fault === 'capability-garbage' ? 'rO0ABXA=' : encodeCapability(CAPABILITY_MASK)),
  );
  const capability = await takeFrame(tls);
  if (capability === null) return;
  if (!isCapability(capability)) return void socket.destroy();
  state.tally.online++;
  state.facts.agents.connect(verdict.name);
  socket.on('close', () => state.facts.agents.disconnect(verdict.name));
  tls.resume();
}

/**
 * Closes our side with a FIN and waits for the peer's, as a controller does (measured). After a close_notify an agent does
 * not notice the end and waits for its timeout of ten seconds.
 */
function endAndDrain(socket: Socket, tls: TLSSocket): void {
  socket.end();
  tls.resume();
}

function judgeHeaders(
  payload: Buffer,
  state: ControllerState,
): { readonly refusal: string } | { readonly name: string } {
  let headers: ReadonlyMap<string, string | null>;
  try {
    headers = decodeConnectionHeaders(payload);
  } catch {
    return { refusal: 'Malformed connection header' };
  }
  const name = headers.get(NODE_NAME) ?? null;
  const refusal = state.facts.agents.judge(name, headers.get(SECRET_KEY) ?? null, state.fault);
  return refusal === null ? { name: name ?? '' } : { refusal: refusal.message };
}

function isCapability(frame: Buffer): boolean {
  try {
    decodeCapability(frame.toString('latin1'));
    return true;
  } catch (error) {
    if (!(error instanceof CapabilityError)) throw error;
    return false;
  }
}
