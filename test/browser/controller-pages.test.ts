import type { Page } from 'playwright-core';
import t from 'tap';
import { openPage, startBrowser, startFleet, textShown, withoutBrowser } from './browser.ts';

t.test('controller, diagnosis and runbook in a browser', { skip: withoutBrowser }, async (t) => {
  const browser = await startBrowser(t);
  // A diagnosis of a port that does not answer takes seconds, so the test can see each step.
  const fleet = await startFleet(t, { silent: 'port-silent', identity: 'wrong-identity' });

  t.test('the broken hop is the first failed step of the report, and says so in words', async (t) => {
    for (const name of fleet.controllers.keys()) {
      const { page, problems } = await openPage(t, browser, `${fleet.url}controllers/${name}`);
      const brokenStep = await conclusive(fleet.url, name);
      await page.reload();
      const bad = page.locator('.hop.bad');
      t.equal(await bad.getAttribute('data-k'), `${brokenStep.step} ${brokenStep.address}`);
      t.match(await bad.textContent(), /broken/);
      t.ok(await bad.locator('.x').isVisible());
      t.match(
        await page.textContent('.where'),
        new RegExp(`✕ ${brokenStep.step}, hop \\d of 9 on the agent port`),
      );
      t.match(await page.textContent('#kept'), /Diagnosis of/, 'the report can be found again');
      t.same(problems, []);
    }
  });

  t.test('a diagnosis shows each hop as it ends, then stays at the address of its report', async (t) => {
    const { page, problems } = await openPage(t, browser, `${fleet.url}controllers/silent`);
    await page.keyboard.press('d');
    await page.waitForSelector('#running .hop.wait');
    await textShown(page, '#progress', /^Just ended/);
    await page.waitForSelector('#running .hop.ok');
    await page.waitForURL('**/reports/*');
    // A diagnosis while this process was stalled says so, and a user runs another one.
    while (/Not known/.test(String(await page.textContent('h1')))) await runAgain(page);
    t.match(await page.textContent('h1'), /Diagnosis of silent\s*Unreachable/);
    t.ok(await page.isVisible('.answer .remedy'));
    await runAgain(page);
    t.same(problems, []);
  });

  t.test('copies a report as Markdown, text and JSON', async (t) => {
    const { page } = await openPage(t, browser, `${fleet.url}diagnose?controller=identity`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.waitForURL('**/reports/*');
    const copied = async (button: string) => {
      await page.evaluate("document.querySelector('#toast').textContent = ''");
      await page.click(`text=${button}`);
      await textShown(page, '#toast', /^Copied/);
      return String(await page.evaluate('navigator.clipboard.readText()'));
    };
    const answer = await fetch(`${page.url()}?format=json`);
    t.same(JSON.parse(await copied('Copy JSON')), await answer.json());
    t.match(await copied('Copy Markdown'), /^\*\*identity is unreachable at identity/);
    t.match(await copied('Copy text'), /\n1\. The agent port belongs to another controller/);
    await page.locator('h1').click();
    await page.keyboard.press('c');
    await textShown(page, '#toast', /^Copied/);
  });

  t.test('without script a diagnosis arrives step by step and ends with its answer', async (t) => {
    const { page } = await openPage(t, browser, `${fleet.url}diagnose?controller=silent`, {
      javaScriptEnabled: false,
    });
    while (/^\*\*silent is unknown/.test(String(await page.textContent('#t-md')))) await page.reload();
    t.match(await page.textContent('.ended, #answers'), /./);
    t.ok(await page.isVisible('.answer .remedy'));
    t.equal(await page.locator('button:visible').count(), 0, 'no dead button');
    t.equal(await page.locator('h1').count(), 1);
    await page.locator('#d-t-md summary').click();
    t.match(await page.locator('#t-md').textContent(), /^\*\*silent is unreachable/);
  });

  t.test('a runbook names who has it now and leads there', async (t) => {
    const { page, problems } = await openPage(t, browser, `${fleet.url}diagnoses?q=mismatch`);
    await page.click('#now a');
    t.match(page.url(), /\/diagnoses\/identity-mismatch$/);
    t.match(await page.textContent('#now'), /1 controller is affected now/);
    await page.click('#now .who a');
    t.match(page.url(), /\/controllers\/identity$/);
    t.same(problems, []);
  });

  t.test('a wrong address leads on', async (t) => {
    const { page } = await openPage(t, browser, `${fleet.url}controllers/silnt`);
    t.match(await page.textContent('h1'), /^Unknown controller "silnt"/);
    await page.click('.list a >> nth=0');
    t.match(page.url(), /\/controllers\/silent$/);
  });
});

/** Runs diagnoses until one is conclusive: while this process is stalled, a probe is not. */
async function conclusive(url: string, name: string): Promise<{ step: string; address: string }> {
  for (;;) {
    const response = await fetch(`${url}diagnose?controller=${name}`);
    const { brokenStep } = (await response.json()) as {
      brokenStep: { step: string; address: string } | null | undefined;
    };
    if (brokenStep != null) return brokenStep;
  }
}

async function runAgain(page: Page): Promise<void> {
  const arrived = page.waitForEvent('framenavigated', (frame) => frame.url().includes('/reports/'));
  await page.click('text=Run again');
  await arrived;
  await page.waitForLoadState();
}
