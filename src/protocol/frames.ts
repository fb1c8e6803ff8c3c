/**
 * String frames: an unsigned 16-bit big-endian length, then that many bytes. The agent port uses them before and inside
 * TLS (Java's `DataOutputStream.writeUTF` and remoting's `ByteBufferUtils.wrapUTF8`).
 */

/** The largest payload that the length field allows. */
const MAX_FRAME_PAYLOAD = 0xffff;

/** Encodes one frame. @throws {RangeError} if the payload is longer than {@link MAX_FRAME_PAYLOAD} bytes. */
export function encodeFrame(payload: string | Uint8Array): Uint8Array {
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
  if (bytes.length > MAX_FRAME_PAYLOAD) {
    throw new RangeError(`a frame holds at most ${MAX_FRAME_PAYLOAD} bytes, not ${bytes.length}`);
  }
  const frame = new Uint8Array(2 + bytes.length);
  frame[0] = bytes.length >>> 8;
  frame[1] = bytes.length & 0xff;
  frame.set(bytes, 2);
  return frame;
}

/** A frame is longer than the reader's cap. Nothing more can be read from that stream. */
export class FrameTooLargeError extends Error {
  readonly announced: number;
  readonly cap: number;
  /** The complete payloads before it in the same chunk. */
  readonly payloads: readonly Uint8Array[];

  constructor(announced: number, cap: number, payloads: readonly Uint8Array[]) {
    super(`the peer announced a frame of ${announced} bytes; the limit is ${cap}`);
    this.name = 'FrameTooLargeError';
    this.announced = announced;
    this.cap = cap;
    this.payloads = payloads;
  }
}

/**
 * Splits a byte stream into frames, for any chunk boundaries. It buffers at most one frame (2 + `cap` bytes). A length
 * above the cap throws at once and on every later call.
 */
export class FrameReader {
  readonly #cap: number;
  readonly #buffer: Uint8Array;
  #filled = 0;

  constructor(cap: number) {
    this.#cap = cap;
    this.#buffer = new Uint8Array(2 + cap);
  }

  /** Buffered bytes of an incomplete frame. */
  get pending(): number {
    return this.#filled;
  }

  /** Adds bytes and returns the completed payloads. @throws {FrameTooLargeError} */
  push(chunk: Uint8Array): Uint8Array[] {
    const payloads: Uint8Array[] = [];
    this.#refuseTooLarge(payloads);
    let offset = 0;
    while (offset < chunk.length) {
      const taken = chunk.subarray(offset, offset + this.#wanted());
      this.#buffer.set(taken, this.#filled);
      this.#filled += taken.length;
      offset += taken.length;
      this.#refuseTooLarge(payloads);
      if (this.#wanted() === 0) {
        payloads.push(this.#buffer.slice(2, this.#filled));
        this.#filled = 0;
      }
    }
    return payloads;
  }

  #refuseTooLarge(payloads: readonly Uint8Array[]): void {
    if (this.#filled < 2 || this.#length() <= this.#cap) return;
    throw new FrameTooLargeError(this.#length(), this.#cap, payloads);
  }

  #wanted(): number {
    return (this.#filled < 2 ? 2 : 2 + this.#length()) - this.#filled;
  }

  #length(): number {
    const [high = 0, low = 0] = this.#buffer;
    return (high << 8) | low;
  }
}
