import { closeSync, openSync } from 'node:fs';
import { appOf, entrypoint, statusOf } from './app-of.ts';

/** Requests these URLs without a free file descriptor, then again with free ones. Prints the answers as JSON. */
const urls = process.argv.slice(2);
const { app } = await appOf({ teardown: () => undefined }, [statusOf('main', [entrypoint('web', 'up')])]);
// Loads the client of the framework; the metrics are text.
await app.inject('/metrics');

async function answers() {
  const found = [];
  for (const url of urls) {
    const { statusCode, body } = await app.inject({ url, headers: { accept: 'application/json' } });
    found.push({ url, statusCode, body });
  }
  return found;
}

const opened: number[] = [];
try {
  for (;;) opened.push(openSync('/dev/null', 'r'));
} catch {
  // All file descriptors are in use.
}
const exhausted = await answers();
for (const descriptor of opened) closeSync(descriptor);
const free = await answers();
process.stdout.write(JSON.stringify({ exhausted, free }), () => process.exit(0));
