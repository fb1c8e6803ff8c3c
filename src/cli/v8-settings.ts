import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

// By default V8 prefers speed to memory. docs/footprint.md has figures for each setting.

/** The interval at which the CPU time is checked, and the part of one CPU from which the daemon is busy. */
const LOOK_MS = 10_000;
const BUSY = 0.05;

/** Calls before V8 optimises a function. The compilers need 10 MB of memory, most of it for their own code. */
const SELDOM = {
  'invocation-count-for-maglev': 4000,
  'invocation-count-for-maglev-osr': 1000,
  'invocation-count-for-osr': 50_000,
  'invocation-count-for-turbofan': 60_000,
};
/** The same numbers as V8 has by default. */
const DEFAULT = {
  'invocation-count-for-maglev': 400,
  'invocation-count-for-maglev-osr': 100,
  'invocation-count-for-osr': 500,
  'invocation-count-for-turbofan': 3000,
};

/**
 * Makes V8 collect garbage before it takes more memory while the program starts. The old generation may grow to 1.5 times
 * the live objects, by default up to four times. The young generation keeps its first size of 1 MB: objects of the start
 * stay alive, so it would grow to its full size. Functions are optimised later than by default.
 */
export function keepMemorySmall(): void {
  set({ 'heap-growing-percent': 50, 'semi-space-growth-factor': 1, ...SELDOM });
}

/** V8 lets it grow to 128 MiB where the machine has much memory. */
const MAX_YOUNG_BYTES = 24 * 1024 * 1024;

/** Lets the young generation grow while it is smaller than the limit. V8 has no such limit that a running program can set. */
export function letYoungGenerationGrow(): void {
  let factor = 0;
  const adjust = () => {
    const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
    const wanted = (young?.space_size ?? 0) < MAX_YOUNG_BYTES ? 2 : 1;
    if (wanted !== factor) set({ 'semi-space-growth-factor': wanted });
    factor = wanted;
  };
  adjust();
  new PerformanceObserver(adjust).observe({ entryTypes: ['gc'] });
}

/** From this number of controllers on, the daemon is certainly busy. */
const MANY = 50;

/** Makes V8 optimise functions as by default once the daemon is busy. With a few controllers it never is. */
export function optimiseWhenBusy(controllers: number): void {
  if (controllers >= MANY) {
    set(DEFAULT);
    return;
  }
  let before = process.cpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    if ((user + system) / 1000 < BUSY * LOOK_MS) return;
    clearInterval(timer);
    set(DEFAULT);
  }, LOOK_MS);
  timer.unref();
}

function set(flags: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(flags)) setFlagsFromString(`--${name}=${value}`);
}
