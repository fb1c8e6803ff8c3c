import { X509Certificate } from 'node:crypto';
import { formatDuration } from '../config/duration.ts';
import type { Settings } from '../config/settings.ts';

/**
 * Returns the settings as `config show` prints them: grouped as in the file, secrets masked. Nothing is listed key by
 * key, so that a new setting is shown as well. A secret is a `Secret`, which masks itself.
 */
export function describeSettings(settings: Settings): unknown {
  const { token, allow, gates: gate, agentChecks: agentCheck, controllers, ...others } = settings;
  return shown({
    ...others,
    auth: token && { token },
    diagnose: allow && { allow },
    gate,
    agentCheck,
    controllers: controllers.map(({ target: { timeoutMs, websocket, ...target }, ...policy }) => ({
      ...target,
      websocket: websocket === 'only' ? 'only' : websocket === 'on',
      probe: { timeoutMs, ...policy },
    })),
  });
}

/** What is null or binary is left out; durations get their unit, certificates become their names. */
function shown(value: unknown): unknown {
  if (typeof value === 'string' && value.startsWith('-----BEGIN ')) return certificateName(value);
  if (typeof value !== 'object' || value === null) return value;
  if ('toJSON' in value && typeof value.toJSON === 'function') return value.toJSON();
  if (Array.isArray(value)) return value.map(shown);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => {
      if (key.endsWith('Ms')) return [[key.slice(0, -2), withUnit(part)]];
      return part === null || part instanceof Uint8Array ? [] : [[key, shown(part)]];
    }),
  );
}

/** A duration of null is one that is off. */
function withUnit(ms: unknown): unknown {
  if (typeof ms === 'number') return formatDuration(ms);
  if (typeof ms !== 'object' || ms === null) return 'off';
  return Object.fromEntries(Object.entries(ms).map(([key, part]) => [key, withUnit(part)]));
}

/** The first certificate of a PEM text; settings hold every other PEM as a secret. */
function certificateName(pem: string): string {
  const { subject, validTo } = new X509Certificate(pem);
  const others = pem.split('-----BEGIN ').length - 2;
  return `${subject.replaceAll('\n', ', ')}, until ${validTo}${others > 0 ? `, and ${others} more` : ''}`;
}
