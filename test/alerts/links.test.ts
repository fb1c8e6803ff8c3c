import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import type { Code } from '../../src/catalogue/codes.ts';
import { startObservedDemo, until } from '../dashboards/observed-demo.ts';
import { freePort } from '../free-port.ts';
import { skipWithoutPrometheus } from './prometheus-program.ts';

/** An alert in the format of Alertmanager's API. */
interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const PROGRAM = 'prometheus-alertmanager';
const skip =
  process.env.CI || spawnSync(PROGRAM, ['--version']).status === 0
    ? skipWithoutPrometheus
    : `${PROGRAM} is not installed`;
const BROKEN = ['http-load-balancer', 'port-not-exposed', 'proxy-protocol', 'starting', 'two-clusters'];
const LINK = /https?:\/\/[^\s)]+/g;

t.test(
  'every link of a firing alert leads to a page with the cause',
  { skip, timeout: 90_000 },
  async (t) => {
    const alertmanager = await startAlertmanager(t);
    const demo = await startObservedDemo([], new URL(alertmanager).host);
    t.teardown(() => demo.stop());
    let alerts: readonly FiringAlert[] = [];
    await until(async () => {
      alerts = await firing(alertmanager);
      const named = new Set(alerts.map(({ labels }) => labels.controller));
      const explained = alerts.filter(({ annotations }) => annotations.description?.includes('Root cause'));
      return BROKEN.every((name) => named.has(name)) && explained.length >= BROKEN.length;
    });
    const links = new Set<string>();
    for (const { labels, annotations } of alerts) {
      const name = `${labels.alertname} of ${labels.controller}`;
      const found = Object.values(annotations).flatMap((text) => text.match(LINK) ?? []);
      t.ok(found.includes(`${demo.probe}/diagnose?controller=${labels.controller}`), `${name}: diagnose now`);
      for (const link of found) links.add(link);
    }
    t.ok(links.size >= 3 * BROKEN.length, `${links.size} links`);
    for (const link of links) {
      const response = await fetch(link, { headers: { accept: 'text/html' } });
      t.equal(response.status, 200, link);
      const page = await response.text();
      t.match(page, /Remedy/, `${link} says what to do`);
      const code = /\/diagnoses\/([a-z0-9-]+)$/.exec(link)?.[1];
      if (code !== undefined)
        t.ok(page.includes(CATALOGUE[code as Code].title), `${code} is the page of its code`);
    }
  },
);

async function firing(alertmanager: string): Promise<readonly FiringAlert[]> {
  const response = await fetch(`${alertmanager}/api/v2/alerts`);
  return (await response.json()) as FiringAlert[];
}

async function startAlertmanager(t: Test): Promise<string> {
  const port = await freePort();
  const folder = t.testdir({});
  const config = { route: { receiver: 'none' }, receivers: [{ name: 'none' }] };
  writeFileSync(`${folder}/alertmanager.yml`, JSON.stringify(config));
  const child: ChildProcess = spawn(
    PROGRAM,
    [
      `--config.file=${folder}/alertmanager.yml`,
      `--storage.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  );
  t.teardown(async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  });
  const base = `http://127.0.0.1:${port}`;
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`${PROGRAM} did not start`);
    return fetch(`${base}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  });
  return base;
}
