import type { Target } from './target.ts';

/** Removes a target's secrets from a text: a peer may echo what it received. */
export type Scrubber = (text: string) => string;

const MASK = '***';
const SPECIAL = /[\\^$.*+?()[\]{}|]/g;
/** Characters that a terminal or browser may obey instead of show: C0, C1, bidirectional controls and line breaks. */
const CONTROL = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
/** Almost every text; this is much faster to see. */
const PRINTABLE_ASCII = /^[ -~]*$/;
const CONTROLS = new RegExp(`${CONTROL.source}+`, 'gu');

/** Texts arrive already cut, so this many first characters of a secret count as the secret. */
const MIN_BEGINNING = 8;

/**
 * The scrubber of a target: masks its secrets and its Basic credentials, also encoded for URLs, HTML, JSON, base64 and
 * hex.
 */
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
  const forms = [...new Set(secrets.flatMap(formsOf))].filter((form) => form !== '');
  if (forms.length === 0) return (text) => text;
  const beginnings = new Set(forms.map((form) => form.slice(0, MIN_BEGINNING).replace(SPECIAL, '\\$&')));
  const known = new RegExp([...beginnings].join('|'), 'gi');
  return (text) => maskForms(text, known, forms);
}

function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    // Headers are bytes: non-ASCII characters return as Latin-1.
    bytes.toString('latin1'),
    JSON.stringify(secret).slice(1, -1),
    secret.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    bytes.toString('base64'),
    bytes.toString('hex'),
  ];
}

/** Masks every text that starts like a form, up to the end of the longest form. */
function maskForms(text: string, beginnings: RegExp, forms: readonly string[]): string {
  let masked = '';
  let from = 0;
  beginnings.lastIndex = 0;
  for (let match = beginnings.exec(text); match !== null; match = beginnings.exec(text)) {
    const { index } = match;
    const lengths = forms.map((form) => sharedLength(text, index, form));
    const whole = lengths.filter((length, i) => length >= Math.min(MIN_BEGINNING, forms[i]?.length ?? 0));
    masked += text.slice(from, index) + MASK;
    from = index + Math.max(...whole);
    // Continue after the whole form, so that a masked secret cannot hide the next one.
    beginnings.lastIndex = from;
  }
  return masked + text.slice(from);
}

function sharedLength(text: string, at: number, form: string): number {
  let length = 0;
  while (length < form.length && isSameLetter(text[at + length] ?? '', form[length] ?? '')) length += 1;
  return length;
}

/** Returns true if two characters are equal without case: a peer may echo a secret in capitals. */
function isSameLetter(a: string, b: string): boolean {
  return a === b || a.toUpperCase() === b.toUpperCase() || a.toLowerCase() === b.toLowerCase();
}

/** A peer's text without control characters: each becomes a space, except line ends and tabs. */
export function withoutControls(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replace(CONTROL, (character) => (character === '\n' || character === '\t' ? character : ' '));
}

/** One line that is safe for terminals: control characters become spaces, at most `max` characters. */
export function oneLine(text: string, max = 300): string {
  const line = text.replace(CONTROLS, ' ').trim();
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}

/** Applies a scrubber to every string inside plain data. */
export function scrubDeep<T>(value: T, scrub: Scrubber): T {
  if (typeof value === 'string') return scrub(value) as T;
  if (Array.isArray(value)) return value.map((item) => scrubDeep(item, scrub)) as T;
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    // With the same keys in the same order, so that V8 gives all evidence the same hidden classes.
    const copy: T = { ...value };
    for (const key of Object.keys(value) as (keyof T)[]) copy[key] = scrubDeep(value[key], scrub);
    return copy;
  }
  return value;
}
