import { encodeFrame } from './frames.ts';

/** `000d` + `Protocol:Ping`: requests the `Ping` protocol of the agent port. The controller logs nothing. */
export const PING_REQUEST: Uint8Array = encodeFrame('Protocol:Ping');

/** `Ping\n`: the whole answer; then the controller closes. */
export const PING_ANSWER: Uint8Array = Buffer.from('Ping\n', 'latin1');

/** The state of a {@link PingReader}. */
type PingState = 'waiting' | 'answered' | 'unexpected';

/** Reads the answer to {@link PING_REQUEST}, keeping at most {@link PingReader.CAP} bytes. */
export class PingReader {
  /** Enough bytes to identify another protocol (see `peer-bytes.ts`). */
  static readonly CAP = 64;
  #received: Uint8Array = new Uint8Array(0);

  /** The first bytes received. */
  get received(): Uint8Array {
    return this.#received;
  }

  get state(): PingState {
    const compared = Math.min(this.#received.length, PING_ANSWER.length);
    for (let i = 0; i < compared; i++) {
      if (this.#received[i] !== PING_ANSWER[i]) return 'unexpected';
    }
    if (compared < PING_ANSWER.length) return 'waiting';
    return this.#received.length > PING_ANSWER.length ? 'unexpected' : 'answered';
  }

  /** Adds bytes; those beyond the cap are dropped. */
  push(chunk: Uint8Array): PingState {
    const room = PingReader.CAP - this.#received.length;
    this.#received = Buffer.concat([this.#received, chunk.subarray(0, room)]);
    return this.state;
  }
}
