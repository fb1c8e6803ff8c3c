import { createHash } from 'node:crypto';
import { Secret } from './secret.ts';

/**
 * Settings as one short text: equal settings have equal fingerprints, whatever the order of their keys, and a secret that changes changes it. Nothing can
 * be read back from it.
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
