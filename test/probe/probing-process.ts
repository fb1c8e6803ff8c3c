import { openSync } from 'node:fs';
import { probeWeb } from '../../src/probe/web/probe-web.ts';
import { targetOf } from './target.ts';

/** Probes a URL once and prints the result. Arguments: the URL, and `exhausted` to use up the file descriptors before. */
const [url = '', exhausted] = process.argv.slice(2);
const target = { ...targetOf({}), url: new URL(url), timeoutMs: 2000 };
process.stdout.write('probing\n');
if (exhausted === 'exhausted') {
  try {
    for (;;) openSync('/dev/null', 'r');
  } catch {
    // None is left.
  }
}
const { success, inconclusive, steps } = await probeWeb(target);
process.stdout.write(`${JSON.stringify({ success, inconclusive, steps })}\n`);
process.exit(0);
