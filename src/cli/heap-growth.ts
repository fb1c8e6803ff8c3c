import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// By default V8 prefers speed to memory. docs/install.md has figures for each setting.

/**
 * Makes V8 collect garbage before it takes more memory while the program starts. The old generation may grow to 1.5 times
 * the live objects, by default up to four times. The young generation keeps its first size of 1 MB: objects of the start
 * stay alive, so it would grow to its full size.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=50');
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * Collects the garbage of the start. V8 would do so after hours, because a daemon allocates little. Afterwards the young
 * generation grows with the load, as is V8's default. Takes about 50 ms.
 */
export function settleHeap(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  setFlagsFromString('--semi-space-growth-factor=2');
}
