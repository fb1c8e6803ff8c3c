import type { KubernetesObject } from '../objects/objects.ts';
import type { Conditions } from './gateway-objects.ts';

/** A younger status may still change: controllers write several in a row. */
const SETTLED_MS = 30_000;

/** The state of a condition. `pending`: it is of an older generation or too recent. `absent`: not reported. */
interface Believed {
  readonly state: 'absent' | 'pending' | 'true' | 'false';
  readonly reason: string;
  readonly message: string;
}

const NOTHING = { reason: '', message: '' };

/** A condition, believed only where it is about the object as it is now and has settled. */
export function conditionOf(
  conditions: Conditions | undefined,
  type: string,
  { metadata }: KubernetesObject,
  now: number,
): Believed {
  const found = (conditions ?? []).find((each) => each.type === type);
  if (found === undefined) return { state: 'absent', ...NOTHING };
  const { observedGeneration, lastTransitionTime, status, reason = '', message = '' } = found;
  const stale =
    observedGeneration !== undefined && observedGeneration !== (metadata?.generation ?? observedGeneration);
  const told = status === 'True' || status === 'False';
  if (stale || !told || !isLongAgo(lastTransitionTime, SETTLED_MS, now))
    return { state: 'pending', ...NOTHING };
  return { state: status === 'True' ? 'true' : 'false', reason, message };
}

/** Returns true if a time is more than `ms` ago; a missing or invalid time counts as long ago. */
export function isLongAgo(time: string | undefined, ms: number, now: number): boolean {
  const at = Date.parse(time ?? '');
  return Number.isNaN(at) || now - at > ms;
}

/** A reason and a message for a person: `NotAllowedByListeners (route not allowed)`. */
export function describeReason({
  reason,
  message,
}: {
  readonly reason: string;
  readonly message: string;
}): string {
  const said = message.slice(0, 200);
  if (reason === '') return said === '' ? 'no reason is given' : said;
  return said === '' ? reason : `${reason} (${said})`;
}
