/**
 * Order of remoting versions, as the agent's own `VersionNumber` has it for every form that remoting was ever released
 * under: `4.13`, `4.13.3`, `3107.v665000b_51092`, `3355.v388858a_47b_33`, with `-rc1`, `-SNAPSHOT` and the like.
 */

type Item = bigint | string;

/** Qualifiers that come before a release, oldest first; any other word comes after it. */
const BEFORE_RELEASE = ['snapshot', 'alpha', 'beta', 'milestone', 'rc'];
const ALIASES: Readonly<Record<string, string>> = { cr: 'rc', ea: 'rc' };
const RELEASE_WORDS = new Set(['', 'ga', 'final']);
const MAX_LENGTH = 128;

/** Negative when `a` is older than `b`, positive when newer, 0 when they rank alike. */
export function compareVersions(a: string, b: string): number {
  const left = items(a);
  const right = items(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = compareItems(left[i], right[i]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Whether an agent of version `version` is refused where `minimum` is required. */
export function isOlder(version: string, minimum: string): boolean {
  return compareVersions(version, minimum) < 0;
}

function items(version: string): Item[] {
  const tokens =
    version
      .slice(0, MAX_LENGTH)
      .toLowerCase()
      .match(/\d+|[^\d.\s-]+/g) ?? [];
  return tokens.map((token) => (/^\d/.test(token) ? BigInt(token) : (ALIASES[token] ?? token)));
}

function compareItems(a: Item | undefined, b: Item | undefined): number {
  if (typeof a === 'string' || typeof b === 'string') {
    if (typeof a === 'bigint') return 1;
    if (typeof b === 'bigint') return -1;
    return compareWords(a ?? '', b ?? '');
  }
  const difference = (a ?? 0n) - (b ?? 0n);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

function compareWords(a: string, b: string): number {
  const difference = rank(a) - rank(b);
  if (difference !== 0) return difference;
  return a === b || rank(a) === 0 ? 0 : a < b ? -1 : 1;
}

function rank(word: string): number {
  if (RELEASE_WORDS.has(word)) return 0;
  const before = BEFORE_RELEASE.indexOf(word);
  return before < 0 ? 1 : before - BEFORE_RELEASE.length;
}
