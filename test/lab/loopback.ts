/**
 * Loopback addresses that no other process of the lab uses. All of 127.0.0.0/8 is local on Linux, so each part gets its
 * own address and its usual port. No search for a free port is necessary, and two controllers can announce 50000.
 */
let last = 0;

/** Returns an address that was not used before. */
export function freshAddress(): string {
  last = (last % 254) + 1;
  const high = 128 + ((process.pid >> 8) & 0x7f);
  return `127.${high}.${process.pid & 0xff}.${last}`;
}
