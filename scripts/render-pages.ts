// Takes the pictures docs/images/page-*.png: each page of the demo, wide and narrow, light and dark. Needs Chromium, and
// runs for about two minutes: `npm run screenshots`.
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { chromium } from 'playwright-core';

const images = new URL('../docs/images/', import.meta.url);
/** So that verdicts are settled and the root causes have been seen for a while. */
const WARM_UP_MS = 60_000;

const demo = spawn(process.execPath, ['src/cli/main.ts', 'demo', '--listen', '127.0.0.1:0'], {
  cwd: new URL('../', import.meta.url),
  env: { ...process.env, NODE_NAME: 'node-1', POD_NAMESPACE: 'jenkins', POD_NAME: 'agent-probe-0' },
  stdio: ['ignore', 'pipe', 'ignore'],
});
try {
  const base = await addressOf(demo);
  await pause(WARM_UP_MS);
  await takePictures(base);
} finally {
  demo.kill();
}

/** The address that the demo prints, with a trailing slash. */
async function addressOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('the demo has no output');
  for await (const line of createInterface({ input: stdout })) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url !== undefined) {
      stdout.resume();
      return `${url}/`;
    }
  }
  throw new Error('the demo ended');
}

async function takePictures(base: string): Promise<void> {
  const answer = await fetch(`${base}diagnose?controller=two-clusters`);
  const pages = {
    fleet: '',
    controller: 'controllers/http-load-balancer',
    diagnosis: answer.headers.get('content-location') ?? '',
    runbook: 'diagnoses/alb-or-http-lb-on-50000',
  };
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  for (const [width, height] of [
    [1280, 960],
    [360, 900],
  ] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme });
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(base + path);
        const picture = smaller(await page.screenshot());
        writeFileSync(new URL(`page-${name}-${width}-${colorScheme}.png`, images), picture);
        console.log(`page-${name}-${width}-${colorScheme}.png: ${Math.round(picture.length / 1000)} kB`);
      }
    }
  }
  await browser.close();
}

/** A PNG with the same pixels, compressed as far as zlib can. */
function smaller(png: Buffer): Buffer {
  const chunks: { readonly type: string; readonly whole: Buffer; readonly data: Buffer }[] = [];
  for (let at = 8; at < png.length; ) {
    const end = at + 12 + png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    chunks.push({ type, whole: png.subarray(at, end), data: png.subarray(at + 8, end - 4) });
    at = end;
  }
  const pixels = inflateSync(
    Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)),
  );
  const data = Buffer.concat([Buffer.from('IDAT', 'latin1'), deflateSync(pixels, { level: 9, memLevel: 9 })]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length - 4, 0);
  frame.writeUInt32BE(crc32(data), 4);
  const body = Buffer.concat([frame.subarray(0, 4), data, frame.subarray(4)]);
  const kept = (type: string) => chunks.filter((each) => each.type === type).map(({ whole }) => whole);
  return Buffer.concat([png.subarray(0, 8), ...kept('IHDR'), body, ...kept('IEND')]);
}
