import type { Bounds } from './bounds.ts';

/** The pattern of a duration: `250ms`, `5s`, `1.5m`, `1h`. */
export const DURATION_PATTERN = '^\\d+(\\.\\d+)?(ms|s|m|h)$';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Returns the milliseconds of a duration; null if the text is not a duration. */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  const unit = UNIT_MS[match?.[2] ?? ''];
  return unit === undefined ? null : Math.round(Number(match?.[1]) * unit);
}

/** Returns a hint for a number without a unit, to append to a message; else an empty string. */
export function unitHint(text: string): string {
  return /^\d+(\.\d+)?$/.test(text.trim()) ? ` (write ${text.trim()}s for seconds)` : '';
}

/** Returns the milliseconds of a validated duration. */
export function durationMs(text: string): number {
  return parseDuration(text) ?? Number.NaN;
}

/** Returns the milliseconds of a validated cadence; null if it is off. */
export function cadenceMs(text: string): number | null {
  return text === 'off' ? null : durationMs(text);
}

/** Returns true if a text is a duration within the bounds, both included. */
export function isWithin(text: string, [shortest, longest]: Bounds): boolean {
  const ms = durationMs(text);
  return ms >= durationMs(shortest) && ms <= durationMs(longest);
}

/** Formats a duration in the largest unit that gives an integer. */
export function formatDuration(ms: number): string {
  for (const unit of ['h', 'm', 's']) {
    const size = UNIT_MS[unit] ?? 1;
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}
