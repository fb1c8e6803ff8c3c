/**
 * Order of remoting versions, equal to that of the agent's own `VersionNumber` for every form of a release so far:
 * `4.13`, `4.13.3`, `3107.v665000b_51092`, `3355.v388858a_47b_33`, with `-rc1`, `-SNAPSHOT` and the like.
 */

type Item = bigint | string;

/** Qualifiers that precede a release, oldest first; any other word follows it. */
const BEFORE_RELEASE = ['snapshot', 'alpha', 'beta', 'milestone', 'rc'];
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['cr', 'rc'],
  ['ea', 'rc'],
  ['ga', ''],
  ['final', ''],
]);
/** The word for a missing item of a version. */
const RELEASE = '';
const MAX_LENGTH = 128;

/** Returns a negative number if `a` is older than `b`, a positive one if it is newer, else 0. A total order of all texts. */
export function compareVersions(a: string, b: string): number {
  const left = items(a);
  const right = items(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = compareItems(left[i] ?? RELEASE, right[i] ?? RELEASE);
    if (order !== 0) return order;
  }
  return 0;
}

/** Returns true if a controller that requires `minimum` refuses an agent of version `version`. */
export function isOlder(version: string, minimum: string): boolean {
  return compareVersions(version, minimum) < 0;
}

/** Returns numbers and words, without zeros at the end and before a word: 4.0 is 4, 4.0-rc1 is 4-rc1. */
function items(version: string): Item[] {
  const text = version.slice(0, MAX_LENGTH).toLowerCase();
  const found: Item[] = [];
  for (const [token] of text.matchAll(/\d+|[^\d.\s-]+/g)) {
    if (/^\d/.test(token)) {
      found.push(BigInt(token));
      continue;
    }
    const word = ALIASES.get(token) ?? token;
    if (word === RELEASE) continue;
    dropLastZeros(found);
    found.push(word);
  }
  dropLastZeros(found);
  return found;
}

function dropLastZeros(found: Item[]): void {
  while (found.at(-1) === 0n) found.pop();
}

function compareItems(a: Item, b: Item): number {
  if (a === b) return 0;
  const difference = rank(a) - rank(b);
  if (difference !== 0) return difference;
  return a < b ? -1 : 1;
}

/** Returns the rank of an item: negative for qualifiers before a release, 0 for words, 1 for numbers. */
function rank(item: Item): number {
  if (typeof item === 'bigint') return 1;
  const before = BEFORE_RELEASE.indexOf(item);
  return before < 0 ? 0 : before - BEFORE_RELEASE.length;
}
