import { attempt } from './attempt.ts';
import { type Capability, CapabilityError, decodeCapability } from './capability.ts';
import {
  ConnectionHeadersError,
  decodeConnectionHeaders,
  encodeConnectionHeaders,
  NODE_NAME,
  SECRET_KEY,
} from './connection-headers.ts';
import { encodeFrame, FrameReader, FrameTooLargeError } from './frames.ts';
import { IdentityError, type InstanceIdentity, identityOfCertificate } from './identity.ts';
import { reasonOfWrongAck } from './peer-bytes.ts';
import type { Reason } from './reason.ts';

/**
 * The phases of the client side of `JNLP4-connect`, without I/O. The driver passes received bytes in and handles events.
 *
 *     ack → tls → headers → response → capability → done
 *                    (after a refusal: → refused; after an error: → failed)
 *
 * A probe that needs only the identity stops at `tls`: the driver then closes the TCP socket. Never end any of these
 * connections with a TLS close_notify: the controller keeps the socket in CLOSE_WAIT forever (measured).
 */
type Jnlp4Phase = 'ack' | 'tls' | 'headers' | 'response' | 'capability' | 'done' | 'refused' | 'failed';

/** An action for the driver, or a result. */
export type Jnlp4Event =
  /** Write these bytes in one write to the current stream: TCP before `start-tls`, then TLS. */
  | { readonly type: 'send'; readonly bytes: Uint8Array }
  /** The controller acknowledged. Start TLS as the client on the same socket, then call `secured`. */
  | { readonly type: 'start-tls' }
  | { readonly type: 'identity'; readonly identity: InstanceIdentity }
  /** The controller accepted name and secret. */
  | { readonly type: 'accepted' }
  /** The channel of the node could start now. The client stops here, so the node stays offline. */
  | { readonly type: 'capability'; readonly capability: Capability }
  /** The controller refused the login; the message is its own. */
  | {
      readonly type: 'refused';
      readonly reason: Reason;
      readonly message: string;
      readonly permanent: boolean;
    }
  | { readonly type: 'failed'; readonly reason: Reason; readonly detail: string };

/** `0003 41434b`: the acknowledgement, which each side sends first. */
export const ACK: Uint8Array = encodeFrame('ACK');

/** Name and secret of the node to log in as. */
interface Jnlp4Login {
  readonly nodeName: string;
  readonly secret: string;
}

/** The limit of a frame. A capability has 84 characters, headers about 100. */
const FRAME_CAP = 8192;
/** Enough bytes to identify another protocol (see `peer-bytes.ts`). */
const RECEIVED_CAP = 64;
const NO_BYTES = new Uint8Array(0);

export class Jnlp4Client {
  #phase: Jnlp4Phase = 'ack';
  #received: Uint8Array = NO_BYTES;
  readonly #frames = new FrameReader(FRAME_CAP);
  readonly #login: Jnlp4Login | null;

  /** @param login null: stop after the identity, before headers are sent */
  constructor(login: Jnlp4Login | null) {
    this.#login = login;
  }

  get phase(): Jnlp4Phase {
    return this.#phase;
  }

  /** The bytes received so far instead of an acknowledgement. */
  get received(): Uint8Array {
    return this.#received;
  }

  /** Returns the first write: the protocol and our acknowledgement together. */
  start(): Jnlp4Event[] {
    return [{ type: 'send', bytes: Buffer.concat([encodeFrame('Protocol:JNLP4-connect'), ACK]) }];
  }

  /** The number of bytes that may be read from the socket now: before TLS exactly the acknowledgement. */
  get wanted(): number {
    return this.#phase === 'ack' ? ACK.length - this.#received.length : FRAME_CAP;
  }

  /** Adds bytes of the current stream. */
  push(chunk: Uint8Array): Jnlp4Event[] {
    switch (this.#phase) {
      case 'ack':
        return this.#acknowledge(chunk);
      case 'headers':
      case 'response':
      case 'capability':
        return this.#readFrames(chunk);
      default:
        return [];
    }
  }

  /** Continues after the TLS handshake. @param certificate the controller's certificate, DER */
  secured(certificate: Uint8Array): Jnlp4Event[] {
    if (this.#phase !== 'tls') return [];
    const identity = attempt(IdentityError, () => identityOfCertificate(certificate));
    if (identity instanceof IdentityError) return this.#fail('jnlp4-tls-failed', identity.message);
    const events: Jnlp4Event[] = [{ type: 'identity', identity }];
    if (this.#login === null) {
      this.#phase = 'done';
      return events;
    }
    this.#phase = 'headers';
    const { nodeName, secret } = this.#login;
    const headers = encodeConnectionHeaders({ [NODE_NAME]: nodeName, [SECRET_KEY]: secret });
    return [...events, { type: 'send', bytes: encodeFrame(headers) }];
  }

  /** Handles the end of the connection, regular or not. */
  closed(): Jnlp4Event[] {
    switch (this.#phase) {
      case 'ack':
        return this.#judgeAcknowledgement(true);
      case 'tls':
        return this.#fail('jnlp4-tls-failed', 'the connection was closed during the TLS handshake');
      case 'headers':
      case 'response':
        return this.#fail(
          'headers-malformed',
          'the connection was closed before the controller answered our headers',
        );
      case 'capability':
        return this.#fail(
          'capability-malformed',
          'the connection was closed before the controller sent its capability',
        );
      default:
        return [];
    }
  }

  #acknowledge(chunk: Uint8Array): Jnlp4Event[] {
    const room = RECEIVED_CAP - this.#received.length;
    this.#received = Buffer.concat([this.#received, chunk.subarray(0, room)]);
    return this.#judgeAcknowledgement(false);
  }

  #judgeAcknowledgement(ended: boolean): Jnlp4Event[] {
    const received = this.#received;
    const matches = received.every((byte, i) => byte === ACK[i]);
    if (matches && received.length === ACK.length) {
      this.#phase = 'tls';
      return [{ type: 'start-tls' }];
    }
    if (received.length < ACK.length && !ended) return [];
    if (matches) {
      const came = received.length === 0 ? 'a single byte' : `byte ${received.length + 1}`;
      return this.#fail('jnlp4-closed-no-ack', `the connection was closed before ${came} of acknowledgement`);
    }
    return this.#fail(reasonOfWrongAck(received), describeWrongAck(received));
  }

  #readFrames(chunk: Uint8Array): Jnlp4Event[] {
    const read = attempt(FrameTooLargeError, () => this.#frames.push(chunk));
    if (!(read instanceof FrameTooLargeError)) return this.#takeAll(read);
    const events = this.#takeAll(read.payloads);
    return this.#awaitsFrames() ? [...events, ...this.#failReading(read)] : events;
  }

  #awaitsFrames(): boolean {
    return this.#phase === 'headers' || this.#phase === 'response' || this.#phase === 'capability';
  }

  #takeAll(payloads: readonly Uint8Array[]): Jnlp4Event[] {
    return payloads.flatMap((payload) => this.#take(payload));
  }

  #take(payload: Uint8Array): Jnlp4Event[] {
    switch (this.#phase) {
      case 'headers':
        return this.#takeHeaders(payload);
      case 'response':
        return this.#takeResponse(new TextDecoder().decode(payload));
      case 'capability':
        return this.#takeCapability(new TextDecoder().decode(payload));
      default:
        return [];
    }
  }

  /** Answers the controller's headers with OK. A probe does not use its cookie. */
  #takeHeaders(payload: Uint8Array): Jnlp4Event[] {
    const headers = attempt(ConnectionHeadersError, () => decodeConnectionHeaders(payload));
    if (headers instanceof ConnectionHeadersError) return this.#failReading(headers);
    this.#phase = 'response';
    return [{ type: 'send', bytes: encodeFrame('OK') }];
  }

  #takeResponse(text: string): Jnlp4Event[] {
    if (text === 'OK') {
      this.#phase = 'capability';
      return [{ type: 'accepted' }];
    }
    if (!/^(ERROR|FATAL): /.test(text))
      return this.#fail('headers-malformed', 'the answer to our headers is neither OK nor a refusal');
    const message = text.slice('ERROR: '.length).slice(0, 500);
    this.#phase = 'refused';
    return [
      { type: 'send', bytes: encodeFrame('BYE') },
      { type: 'refused', reason: reasonOfRefusal(message), message, permanent: text.startsWith('FATAL') },
    ];
  }

  #takeCapability(text: string): Jnlp4Event[] {
    const capability = attempt(CapabilityError, () => decodeCapability(text));
    if (capability instanceof CapabilityError) return this.#failReading(capability);
    this.#phase = 'done';
    return [{ type: 'capability', capability }];
  }

  #failReading(error: Error): Jnlp4Event[] {
    const reason = this.#phase === 'capability' ? 'capability-malformed' : 'headers-malformed';
    return this.#fail(reason, error.message);
  }

  #fail(reason: Reason, detail: string): Jnlp4Event[] {
    this.#phase = 'failed';
    return [{ type: 'failed', reason, detail }];
  }
}

/** Returns the reason for a refusal message (`DefaultJnlpSlaveReceiver`, `JnlpProtocol4Handler`). */
export function reasonOfRefusal(message: string): Reason {
  if (message.startsWith('Unknown client name:')) return 'unknown-client-name';
  if (message.startsWith('Authorization failure')) return 'wrong-secret';
  if (message.includes('is already connected to this controller')) return 'already-connected';
  if (message.endsWith('is not an inbound agent')) return 'not-an-inbound-agent';
  return 'headers-refused';
}

function describeWrongAck(received: Uint8Array): string {
  const got = Buffer.from(received.subarray(0, ACK.length)).toString('hex');
  return `expected the acknowledgement 0x000341434b, got 0x${got}`;
}
