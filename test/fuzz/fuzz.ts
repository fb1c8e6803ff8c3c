import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import type { Test } from 'tap';

/** Everything that is read from outside, by the name that its cases begin with. */
export const SURFACES = [
  'discovery',
  'inside-https',
  'agent-port',
  'inside-tls',
  'websocket',
  'proxy-connect',
  'proxy-forward',
  'configuration',
  'log',
  'kubernetes',
  'request',
] as const;
type Surface = (typeof SURFACES)[number];

/** In CI each surface has this long. `npm run fuzz` sets `FUZZ_MS`. */
const CI_MS = 1000;
/** CI tries the same values each time. `npm run fuzz` sets `FUZZ_SEED`. */
const CI_SEED = 20_260_102;
/** The memory that a hostile peer may add to this process, including garbage, the peers and the values. */
const MAX_GROWTH = 512 * 1024 * 1024;
const CASES = new URL('cases/', import.meta.url);

/** Tries one value, and throws if a promise is broken. @param lane the index among the values tried at the same time */
type Property<T> = (value: T, lane: number) => Promise<void>;

/**
 * Tries values until the time is up: first the kept cases (`cases/SURFACE-WORDS.json`), then random values of the seed.
 * @param limitMs how long one value may take @param lanes values that are tried at the same time
 */
export async function fuzz<T>(
  t: Test,
  surface: Surface,
  values: fc.Arbitrary<T>,
  property: Property<T>,
  { limitMs, lanes = 1 }: { readonly limitMs: number; readonly lanes?: number },
): Promise<void> {
  const cases = casesOf<T>(surface);
  for (const each of cases) await inTime(() => property(each, 0), limitMs);
  const seed = Number(process.env.FUZZ_SEED ?? CI_SEED);
  const before = process.memoryUsage().rss;
  const runs = await Promise.all(
    Array.from({ length: lanes }, (_, lane) =>
      tryValues(values, (value) => inTime(() => property(value, lane), limitMs), seed + lane),
    ),
  );
  const tried = runs.reduce((sum, { numRuns }) => sum + numRuns, 0);
  t.comment(`${surface}: ${cases.length} cases and ${tried} values, seed ${seed}`);
  for (const { counterexample, errorInstance: error } of runs) {
    if (counterexample === null) continue;
    t.comment(`keep this as test/fuzz/cases/${surface}-WORDS.json:\n${JSON.stringify(counterexample[0])}`);
    t.fail(`${surface}: ${error instanceof Error ? error.stack : error}`);
  }
  const grown = process.memoryUsage().rss - before;
  t.ok(grown < MAX_GROWTH, `the memory has grown by ${Math.round(grown / 1024 / 1024)} MiB`);
}

async function tryValues<T>(values: fc.Arbitrary<T>, property: (value: T) => Promise<void>, seed: number) {
  let running: Promise<void> = Promise.resolve();
  const tried = (value: T) => {
    running = property(value);
    return running;
  };
  const run = await fc.check(fc.asyncProperty(values, tried), {
    seed,
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: Number(process.env.FUZZ_MS ?? CI_MS),
  });
  // The time ends in the middle of a value.
  await running.catch(() => undefined);
  return run;
}

async function inTime(run: () => Promise<void>, limitMs: number): Promise<void> {
  const start = performance.now();
  await run();
  const tookMs = performance.now() - start;
  if (tookMs > limitMs) throw new Error(`took ${Math.round(tookMs)} ms; at most ${limitMs} ms are expected`);
}

function casesOf<T>(surface: Surface): readonly T[] {
  return readdirSync(CASES)
    .filter((file) => file.startsWith(`${surface}-`))
    .map((file) => JSON.parse(readFileSync(new URL(file, CASES), 'utf8')));
}
