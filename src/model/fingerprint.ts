import { createHash } from 'node:crypto';
import { Secret } from './secret.ts';

/**
 * Settings as one short text: equal settings have equal fingerprints, and a secret that changes changes it. Nothing can
 * be read back from it.
 */
export function fingerprintOf(settings: unknown): string {
  const hash = createHash('sha256');
  // `this[key]` is the value before its own toJSON has masked it.
  const text = JSON.stringify(settings, function (this: Readonly<Record<string, unknown>>, key, value) {
    const original = this[key];
    return original instanceof Secret ? createHash('sha256').update(original.reveal()).digest('hex') : value;
  });
  return hash.update(text).digest('hex');
}
