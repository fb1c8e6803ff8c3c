import { type Html, html } from './html.ts';

const UNITS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Returns a duration in its two largest units: `4 h 21 min`, `38 min`, `12 s`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const at = UNITS.findIndex(([size]) => seconds >= size);
  const [size, unit] = UNITS[at] ?? [1, 's'];
  const [smaller, smallerUnit] = UNITS[at + 1] ?? [1, ''];
  const rest = at >= 0 && at < 2 ? Math.floor((seconds % size) / smaller) : 0;
  return `${Math.floor(seconds / size)} ${unit}${rest === 0 ? '' : ` ${rest} ${smallerUnit}`}`;
}

/** Returns a time in UTC, with the date if it is not today. Both are epoch milliseconds. */
export function momentText(at: number, now: number): string {
  const iso = isoText(at);
  if (iso.slice(0, 10) === isoText(now).slice(0, 10)) return `${iso.slice(11, 19)} UTC`;
  return `${Number(iso.slice(8, 10))} ${MONTHS[Number(iso.slice(5, 7)) - 1]} ${iso.slice(11, 16)} UTC`;
}

/** Returns a time in ISO 8601, to the second. */
export function isoText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** Returns the time since a moment. The script of the page updates it. */
export function lasting(at: number, now: number): Html {
  return html`<time datetime="${isoText(at)}" data-rel="">${durationText(now - at)}</time>`;
}

/** Returns the time since a moment with "ago". The script of the page updates it. */
export function longAgo(at: number, now: number): Html {
  const text = now - at < 1000 ? 'just now' : `${durationText(now - at)} ago`;
  return html`<time datetime="${isoText(at)}" data-rel=" ago">${text}</time>`;
}
