/**
 * Loopback addresses that no other process of the lab uses: all of 127.0.0.0/8 is local on Linux, so every part gets an
 * address of its own and listens on the port that it would have in earnest. No port has to be searched for, and
 * two controllers can announce 50000.
 */
let last = 0;

/** An address of its own. */
export function freshAddress(): string {
  last = (last % 254) + 1;
  const high = 128 + ((process.pid >> 8) & 0x7f);
  return `127.${high}.${process.pid & 0xff}.${last}`;
}
