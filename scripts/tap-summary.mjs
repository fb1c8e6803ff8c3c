// Reads a TAP file and prints one line, `N passed, N failed, N skipped`. It counts every assertion once, and every test that
// failed without one (a crash, a timeout). Exits with 1 if anything failed or nothing ran.
import { createReadStream } from 'node:fs';
import { Parser } from 'tap-parser';

const [file, statusText = '0'] = process.argv.slice(2);
const totals = { passed: 0, failed: 0, skipped: 0 };

/** Counts the points of one level; for the point of a subtest it counts the points inside. */
function watch(parser) {
  let inside = null;
  let failed = 0;
  parser.on('child', (child) => {
    inside = watch(child);
  });
  parser.on('assert', (point) => {
    const failedInside = inside?.() ?? 0;
    const isSubtest = inside !== null;
    inside = null;
    if (!point.ok && !point.todo && !point.skip) failed += 1;
    if (point.skip) {
      totals.skipped += 1;
      console.log(`skipped: ${point.name} ${typeof point.skip === 'string' ? `(${point.skip})` : ''}`);
    } else if (!isSubtest) totals[point.ok || point.todo ? 'passed' : 'failed'] += 1;
    else if (!point.ok && failedInside === 0) totals.failed += 1;
  });
  return () => failed;
}

const parser = new Parser();
watch(parser);
await new Promise((resolve) => {
  parser.on('complete', resolve);
  createReadStream(file)
    .on('error', () => parser.end())
    .pipe(parser);
});

// A failure outside the tests (lint, types, an installation) has no point.
if (Number(statusText) !== 0 && totals.failed === 0) totals.failed = 1;
const skipped = totals.skipped === 0 ? '' : `, ${totals.skipped} skipped`;
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exitCode = totals.failed === 0 && totals.passed > 0 ? 0 : 1;
