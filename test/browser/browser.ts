import { existsSync } from 'node:fs';
import { pino } from 'pino';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import type { Test } from 'tap';
import { emptySettings } from '../../src/config/file-settings.ts';
import { startDaemon } from '../../src/serve/daemon.ts';
import type { FaultName } from '../../src/simulator/faults.ts';
import { type SimulatedController, startSimulator } from '../../src/simulator/simulator.ts';
import { controllerOf } from '../daemon/settings-of.ts';
import { until } from '../server/watched-daemon.ts';

const PROGRAM = '/usr/bin/chromium';

/** The reason to skip these tests; false if they can run. In CI they run, so that a missing program is a failure. */
export const withoutBrowser = existsSync(PROGRAM) || process.env.CI ? false : 'chromium is not installed';

/** Starts a browser that is closed at the end of the test. */
export async function startBrowser(t: Test): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: PROGRAM, args: ['--no-sandbox', '--disable-gpu'] });
  t.teardown(() => browser.close());
  return browser;
}

/** A page with its errors and requests. */
export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console messages, uncaught errors and requests to other origins. */
  readonly problems: string[];
  /** The status of each answer to a request that the script of the page sends to the URL of the page. */
  readonly refreshed: number[];
}

/** Opens a page of a daemon. It is closed at the end of the test. */
export async function openPage(
  t: Test,
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  t.teardown(() => context.close());
  const page = await context.newPage();
  const problems: string[] = [];
  const refreshed: number[] = [];
  page.on('console', (message) => problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) problems.push(request.url());
  });
  page.on('response', (response) => {
    if (response.request().resourceType() === 'fetch') refreshed.push(response.status());
  });
  await page.goto(url);
  return { page, context, problems, refreshed };
}

/**
 * Waits for an element with this text. `page.waitForFunction` would evaluate a string, which the pages' own
 * Content Security Policy forbids unless it is true at once.
 */
export async function textShown(page: Page, selector: string, text: RegExp): Promise<void> {
  await page.locator(selector).filter({ hasText: text }).first().waitFor();
}

/** A daemon that monitors simulated controllers, and the controllers by name. */
export interface WatchedFleet {
  /** With a trailing slash. */
  readonly url: string;
  readonly controllers: ReadonlyMap<string, SimulatedController>;
  close(): Promise<void>;
}

/** Starts a daemon with short cadences and controllers with these faults. Resolves when every verdict is known. */
export async function startFleet(
  t: Test,
  faults: Readonly<Record<string, FaultName>>,
): Promise<WatchedFleet> {
  const controllers = new Map<string, SimulatedController>();
  for (const [name, fault] of Object.entries(faults)) controllers.set(name, await startSimulator({ fault }));
  const settings = {
    ...emptySettings(),
    listen: { host: '127.0.0.1', port: 0 },
    labels: { cluster: 'test' },
    controllers: [...controllers].map(([name, { url }]) => ({
      ...controllerOf(
        { web: 1000, ping: 1000, handshake: 3000 },
        { name, url: new URL(url), timeoutMs: 5000 },
      ),
      rise: 1,
      fall: 1,
    })),
  };
  const daemon = await startDaemon(settings, { logger: pino({ level: 'silent' }) });
  const url = `http://127.0.0.1:${daemon.address.port}/`;
  const close = async () => {
    await daemon.close();
    await Promise.all([...controllers.values()].map((each) => each.close()));
  };
  t.teardown(close);
  await until(async () => {
    const response = await fetch(`${url}controllers`);
    const body = (await response.json()) as { controllers: { verdict: string }[] };
    return body.controllers.every(({ verdict }) => verdict !== 'unknown');
  });
  return { url, controllers, close };
}
