/** Whether an IP address lies in a CIDR block; false for anything that is not one, and across families. */
export function addressInBlock(address: string, cidr: string): boolean {
  const [base = '', length = ''] = cidr.split('/');
  const left = bitsOf(address);
  const right = bitsOf(base);
  if (left === null || right === null || left.length !== right.length || !/^\d{1,3}$/.test(length))
    return false;
  const bits = Number(length);
  return bits <= left.length && left.slice(0, bits) === right.slice(0, bits);
}

/** An address as a string of its 32 or 128 bits; null where it is none. */
function bitsOf(address: string): string | null {
  return address.includes(':') ? bitsOfV6(address) : bitsOfV4(address);
}

function bitsOfV4(address: string): string | null {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return null;
  return parts.map((part) => Number(part).toString(2).padStart(8, '0')).join('');
}

function bitsOfV6(address: string): string | null {
  const halves = (address.split('%')[0] ?? '').split('::');
  if (halves.length > 2) return null;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array<string>(halves.length === 1 ? 0 : missing).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return groups.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}
