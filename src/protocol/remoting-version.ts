/**
 * Order of remoting versions, as the agent's own `VersionNumber` has it for every form that remoting was ever released
 * under: `4.13`, `4.13.3`, `3107.v665000b_51092`, `3355.v388858a_47b_33`, with `-rc1`, `-SNAPSHOT` and the like.
 */

type Item = bigint | string;

/** Qualifiers that come before a release, oldest first; any other word comes after it. */
const BEFORE_RELEASE = ['snapshot', 'alpha', 'beta', 'milestone', 'rc'];
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['cr', 'rc'],
  ['ea', 'rc'],
  ['ga', ''],
  ['final', ''],
]);
/** The word that stands where a version has no further item. */
const RELEASE = '';
const MAX_LENGTH = 128;

/** Negative when `a` is older than `b`, positive when newer, 0 when they rank alike. A total order of all texts. */
export function compareVersions(a: string, b: string): number {
  const left = items(a);
  const right = items(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = compareItems(left[i] ?? RELEASE, right[i] ?? RELEASE);
    if (order !== 0) return order;
  }
  return 0;
}

/** Whether an agent of version `version` is refused where `minimum` is required. */
export function isOlder(version: string, minimum: string): boolean {
  return compareVersions(version, minimum) < 0;
}

/** Numbers and words, without the zeros at the end and before a word: 4.0 is 4, 4.0-rc1 is 4-rc1. */
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

/** Below 0 what comes before a release; then words, of which {@link RELEASE} is the first; then numbers. */
function rank(item: Item): number {
  if (typeof item === 'bigint') return 1;
  const before = BEFORE_RELEASE.indexOf(item);
  return before < 0 ? 0 : before - BEFORE_RELEASE.length;
}
