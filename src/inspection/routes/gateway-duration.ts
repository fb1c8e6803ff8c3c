const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };

/** Parses a duration of the Gateway API or Istio, `1h30m`, into seconds; null if it is not one. */
export function secondsOfDuration(text: string | undefined): number | null {
  if (text === undefined || !/^(\d{1,7}(\.\d{1,6})?(h|ms|m|s)){1,4}$/.test(text)) return null;
  return [...text.matchAll(/([\d.]+)(h|ms|m|s)/g)].reduce(
    (sum, [, digits, unit = 's']) => sum + Number(digits) * (UNITS[unit] ?? 1),
    0,
  );
}
