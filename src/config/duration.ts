import type { Bounds } from './bounds.ts';

/** What a duration looks like: `250ms`, `5s`, `1.5m`, `1h`. */
export const DURATION_PATTERN = '^\\d+(\\.\\d+)?(ms|s|m|h)$';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration, or null when the text is none. */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  const unit = UNIT_MS[match?.[2] ?? ''];
  return unit === undefined ? null : Math.round(Number(match?.[1]) * unit);
}

/** A hint for a number without its unit, to follow a message; empty for anything else. */
export function unitHint(text: string): string {
  return /^\d+(\.\d+)?$/.test(text.trim()) ? ` (write ${text.trim()}s for seconds)` : '';
}

/** Milliseconds of a duration that was validated. */
export function durationMs(text: string): number {
  return parseDuration(text) ?? Number.NaN;
}

/** Milliseconds of a cadence that was validated; null: off. */
export function cadenceMs(text: string): number | null {
  return text === 'off' ? null : durationMs(text);
}

/** Whether a text is a duration within bounds, both included. */
export function isWithin(text: string, [shortest, longest]: Bounds): boolean {
  const ms = durationMs(text);
  return ms >= durationMs(shortest) && ms <= durationMs(longest);
}

/** A duration in the largest unit that keeps it whole. */
export function formatDuration(ms: number): string {
  for (const unit of ['h', 'm', 's']) {
    const size = UNIT_MS[unit] ?? 1;
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}
