import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// V8 prefers speed to memory unless it is told otherwise. The figures for each of these are in docs/install.md.

/**
 * Makes V8 collect garbage before it takes more memory, for as long as the program starts. The old generation grows to
 * one and a half times of what is alive, by default up to four times. The young generation keeps its first size of 1 MB:
 * hardly anything in it is garbage now, so it would grow to its full size.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=50');
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * Collects what the start of a daemon has left behind; V8 alone would wait for hours, because a daemon allocates so
 * little. From then on the young generation follows the load, as is V8's default. Takes about 50 ms.
 */
export function settleHeap(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  setFlagsFromString('--semi-space-growth-factor=2');
}
