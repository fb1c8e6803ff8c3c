import { createHash } from 'node:crypto';
import { Secret } from './secret.ts';

/**
 * A one-way hash of settings, independent of the order of keys. Equal settings have equal fingerprints; a changed secret
 * changes the fingerprint.
 */
export function fingerprintOf(settings: unknown): string {
  const hash = createHash('sha256');
  // `this[key]` is the value before its own toJSON has masked it.
  const text = JSON.stringify(settings, function (this: Readonly<Record<string, unknown>>, key, value) {
    const original = this[key];
    if (original instanceof Secret) return createHash('sha256').update(original.reveal()).digest('hex');
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  return hash.update(text).digest('hex');
}
