import { DEPTHS, type Depth, ENTRYPOINTS } from '../../model/result.ts';
import { REASONS } from '../../protocol/reason.ts';
import type { FollowedController, FollowedEntrypoint } from '../../verdict/followed.ts';
import { VERDICTS } from '../../verdict/verdict.ts';

/**
 * The maximum length of a sheet, in characters. It is written every few seconds, and all annotations of an object
 * together may have 256 KiB. It has room for about five hundred controllers.
 */
export const MAX_SHEET = 65_536;

/**
 * The verdicts of all controllers as one line of JSON. By controller: the fingerprint of its settings, for each entrypoint
 * `[entrypoint, verdict, since, reason, age]`, and for each depth how long ago it was probed; times in milliseconds.
 * Controllers that find no room are left out, and every replica then probes those for itself.
 */
export function encodeSheet(controllers: ReadonlyMap<string, FollowedController>): string {
  const parts: string[] = [];
  let length = 2;
  for (const [name, { fingerprint, entrypoints, depthAgesMs }] of controllers) {
    const entry = [
      fingerprint,
      entrypoints.map(({ entrypoint, verdict, since, lastReason, ageMs }) => [
        entrypoint,
        verdict,
        Math.round(since),
        lastReason,
        ageMs === null ? null : Math.round(ageMs),
      ]),
      Object.fromEntries(Object.entries(depthAgesMs).map(([depth, age]) => [depth, Math.round(age)])),
    ];
    const part = `${JSON.stringify(name)}:${JSON.stringify(entry)}`;
    if (length + part.length + 1 > MAX_SHEET) break;
    length += part.length + 1;
    parts.push(part);
  }
  return `{${parts.join(',')}}`;
}

/**
 * Reads a sheet. Whatever in it is not as it should be is left out. @param olderMs how long ago it was written
 */
export function decodeSheet(text: string, olderMs: number): ReadonlyMap<string, FollowedController> {
  const controllers = new Map<string, FollowedController>();
  if (text.length > MAX_SHEET) return controllers;
  let sheet: unknown;
  try {
    sheet = JSON.parse(text);
  } catch {
    return controllers;
  }
  if (typeof sheet !== 'object' || sheet === null) return controllers;
  for (const [name, entry] of Object.entries(sheet)) {
    const controller = controllerOf(entry, olderMs);
    if (controller !== null) controllers.set(name, controller);
  }
  return controllers;
}

function controllerOf(entry: unknown, olderMs: number): FollowedController | null {
  if (!Array.isArray(entry)) return null;
  const [fingerprint, entrypoints, depths] = entry as unknown[];
  if (typeof fingerprint !== 'string' || !Array.isArray(entrypoints)) return null;
  const read = entrypoints.map((each) => entrypointOf(each, olderMs));
  if (read.some((each) => each === null)) return null;
  const ages: Partial<Record<Depth, number>> = {};
  for (const depth of DEPTHS) {
    const age = (depths as Readonly<Record<string, unknown>> | null)?.[depth];
    if (isTime(age)) ages[depth] = age + olderMs;
  }
  return { fingerprint, entrypoints: read.filter((each) => each !== null), depthAgesMs: ages };
}

function entrypointOf(value: unknown, olderMs: number): FollowedEntrypoint | null {
  if (!Array.isArray(value)) return null;
  const [entrypoint, verdict, since, reason, age] = value as unknown[];
  const ok = ENTRYPOINTS.find((each) => each === entrypoint);
  const said = VERDICTS.find((each) => each === verdict);
  if (ok === undefined || said === undefined || !isTime(since)) return null;
  return {
    entrypoint: ok,
    verdict: said,
    since,
    lastReason: REASONS.find((each) => each === reason) ?? null,
    ageMs: isTime(age) ? age + olderMs : null,
  };
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
