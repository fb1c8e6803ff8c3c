// Takes the pictures docs/images/page-*.jpg: each page of the demo, wide and narrow, light and dark. Needs Chromium and
// about two minutes: `npm run screenshots`.
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { PICTURE_SCHEMES, PICTURE_SIZES, PICTURED_PAGES, pagePicture } from './pictures/page-pictures.ts';

const root = new URL('../', import.meta.url);
/** The quality: text is sharp, and all pictures together are below 1.5 MB. */
const QUALITY = 75;
/** The wait until verdicts are settled and root causes have been active for some time. */
const WARM_UP_MS = 60_000;

const demo = spawn(process.execPath, ['src/cli/main.ts', 'demo', '--listen', '127.0.0.1:0'], {
  cwd: root,
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

/** Returns the URL that the demo prints, with a trailing slash. */
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
  const paths: Readonly<Record<(typeof PICTURED_PAGES)[number], string>> = {
    fleet: '',
    controller: 'controllers/http-load-balancer',
    diagnosis: answer.headers.get('content-location') ?? '',
    runbook: 'diagnoses/alb-or-http-lb-on-50000',
  };
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  for (const [width, height] of PICTURE_SIZES) {
    for (const colorScheme of PICTURE_SCHEMES) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme });
      for (const name of PICTURED_PAGES) {
        await page.goto(base + paths[name]);
        const file = pagePicture(name, width, colorScheme);
        const picture = await page.screenshot({ type: 'jpeg', quality: QUALITY });
        writeFileSync(new URL(file, root), picture);
        console.log(`${file}: ${Math.round(picture.length / 1000)} kB`);
      }
    }
  }
  await browser.close();
}
