import type { Target } from './target.ts';

/** Takes a target's secrets out of a text; a peer may echo what it was sent. */
export type Scrubber = (text: string) => string;

const MASK = '***';
const CONTROL = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]+/gu;

/** Makes the scrubber of a target: its secrets, and the Basic credentials as they go over the wire. */
export function scrubberOf(target: Target): Scrubber {
  const secrets: string[] = [];
  if (target.agent !== null) secrets.push(target.agent.secret.reveal());
  const logins = [
    target.credentials,
    target.proxy.always?.credentials,
    target.proxy.fromEnvironment?.credentials,
  ];
  for (const login of logins) {
    if (login == null) continue;
    const password = login.password.reveal();
    secrets.push(password, Buffer.from(`${login.user}:${password}`).toString('base64'));
  }
  const known = secrets.filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  return (text) => known.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
}

/** One line that is safe on a terminal: control characters become spaces; cut to `max` characters. */
export function oneLine(text: string, max = 300): string {
  const line = text.replace(CONTROL, ' ').trim();
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}

/** Applies a scrubber to every string inside plain data. */
export function scrubDeep<T>(value: T, scrub: Scrubber): T {
  if (typeof value === 'string') return scrub(value) as T;
  if (Array.isArray(value)) return value.map((item) => scrubDeep(item, scrub)) as T;
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, scrubDeep(item, scrub)])) as T;
  }
  return value;
}
