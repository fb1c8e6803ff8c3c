/**
 * Remoting's `Capability`: a bit mask, sent as the base64 of one Java-serialized object. The bytes around the mask are
 * constant: they are the serialized form of `hudson.remoting.Capability` with serialVersionUID 1 and one field,
 * `long mask` (measured on the wire of remoting 3355).
 */
export interface Capability {
  /** The mask as hex, `0x1fe`. */
  readonly mask: string;
  /** Names of the set bits, lowest first; an unknown bit n is `bit-n`. */
  readonly names: readonly string[];
}

/** The text is not a serialized capability. */
export class CapabilityError extends Error {
  override readonly name = 'CapabilityError';
}

/** Bit numbers of `hudson.remoting.Capability`. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'multi-classloader'],
  [2, 'pipe-throttling'],
  [3, 'mimic-exception'],
  [4, 'prefetch'],
  [5, 'greedy-input-stream'],
  [6, 'proxy-writer'],
  [7, 'chunking'],
  [8, 'proxy-exception-fallback'],
]);

/** STREAM_MAGIC, version 5, TC_OBJECT, TC_CLASSDESC, the class name. */
const HEAD = [
  Buffer.from('aced0005737200', 'hex'),
  Buffer.from([26]),
  Buffer.from('hudson.remoting.Capability', 'latin1'),
  // serialVersionUID 1, flags SC_SERIALIZABLE, one field: J "mask", TC_ENDBLOCKDATA, TC_NULL (no superclass).
  Buffer.from('0000000000000001020001', 'hex'),
  Buffer.from('4a00046d61736b7870', 'hex'),
];
const PREFIX = Buffer.concat(HEAD);
const LENGTH = PREFIX.length + 8;
const MAX_BASE64 = 1024;

/** Encodes a mask as text for a frame or for `X-Remoting-Capability`. */
export function encodeCapability(mask: bigint): string {
  const bytes = Buffer.alloc(LENGTH);
  PREFIX.copy(bytes);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, mask), PREFIX.length);
  return bytes.toString('base64');
}

/** Decodes the capability of a controller. @throws {CapabilityError} */
export function decodeCapability(text: string): Capability {
  if (text.length > MAX_BASE64) throw new CapabilityError('the capability is too long');
  const bytes = Buffer.from(text, 'base64');
  const mask = bytes.length === LENGTH ? bytes.readBigUInt64BE(PREFIX.length) : 0n;
  // `Buffer` ignores invalid base64, so compare the texts.
  if (text !== encodeCapability(mask)) {
    throw new CapabilityError('not a serialized hudson.remoting.Capability');
  }
  const names: string[] = [];
  for (let bit = 0; bit < 64; bit++) {
    if ((mask >> BigInt(bit)) & 1n) names.push(NAMES.get(bit) ?? `bit-${bit}`);
  }
  return { mask: `0x${mask.toString(16)}`, names };
}
