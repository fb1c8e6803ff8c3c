import { openSync } from 'node:fs';
import { probeWeb } from '../../src/probe/web/probe-web.ts';
import { targetOf } from './target.ts';

/**
 * Probes a URL once and prints the result. Arguments: the URL, and optionally `exhausted` to use all file descriptors
 * first.
 */
const [url = '', exhausted] = process.argv.slice(2);
const target = { ...targetOf({}), url: new URL(url), timeoutMs: 2000 };
process.stdout.write('probing\n');
if (exhausted === 'exhausted') {
  try {
    for (;;) openSync('/dev/null', 'r');
  } catch {
    // All file descriptors are in use.
  }
}
const { success, inconclusive, steps } = await probeWeb(target);
process.stdout.write(`${JSON.stringify({ success, inconclusive, steps })}\n`);
process.exit(0);
