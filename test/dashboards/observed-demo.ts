import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.ts';
import { Prometheus } from './prometheus-api.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The demo and a real Prometheus that scrapes it every second and has our alerts. */
export interface ObservedDemo {
  /** The URL of the daemon, without a slash at the end. */
  readonly probe: string;
  readonly prometheus: Prometheus;
  stop(): Promise<void>;
}

/** Another daemon for Prometheus to scrape. */
export interface Scraped {
  /** `HOST:PORT`. */
  readonly target: string;
  /** The value of its label `instance`. */
  readonly instance: string;
}

/**
 * Starts both as processes on loopback ports, and resolves after the first successful scrape.
 * @param others more targets to scrape
 * @param alertmanager `HOST:PORT` of an Alertmanager, which gets each alert as soon as its expression is true
 */
export async function startObservedDemo(
  others: readonly Scraped[] = [],
  alertmanager: string | null = null,
): Promise<ObservedDemo> {
  const folder = mkdtempSync(join(tmpdir(), 'observed-demo-'));
  const children: ChildProcess[] = [];
  const stop = async () => {
    await Promise.all(children.map(ended));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const demo = spawn(process.execPath, ['src/cli/main.ts', 'demo', '--listen', '127.0.0.1:0'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(demo);
    const probe = await addressOf(demo);
    const port = await freePort();
    const rules = join(folder, 'rules.yaml');
    writeFileSync(rules, rulesFor(probe, alertmanager !== null));
    const config = configOf(new URL(probe).host, others, rules, alertmanager);
    writeFileSync(join(folder, 'prometheus.yml'), config);
    const server = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    children.push(server);
    const prometheus = new Prometheus(`http://127.0.0.1:${port}`);
    await until(() => {
      if (server.exitCode !== null || server.pid === undefined) throw new Error('prometheus did not start');
      return prometheus.isScraping();
    });
    return { probe, prometheus, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Repeats `look` until it returns true. The timeout of the test is the limit. */
export async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 250));
}

/**
 * Returns the shipped rules with links to this probe.
 * @param atOnce without the time that an alert waits before it fires
 */
function rulesFor(probe: string, atOnce: boolean): string {
  const rules = readFileSync(join(root, 'alerts/jenkins-agent-probe.yaml'), 'utf8');
  if (!atOnce) return rules;
  return rules.replaceAll('http://127.0.0.1:9180', probe).replace(/^( +for:) .*$/gm, '$1 0s');
}

function configOf(
  demo: string,
  others: readonly Scraped[],
  rules: string,
  alertmanager: string | null,
): string {
  const jobs = [
    { targets: [demo] },
    ...others.map(({ target, instance }) => ({ targets: [target], labels: { instance } })),
  ];
  const alertmanagers = alertmanager === null ? [] : [{ static_configs: [{ targets: [alertmanager] }] }];
  return JSON.stringify({
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [rules],
    alerting: { alertmanagers },
    scrape_configs: [{ job_name: 'jenkins-agent-probe', static_configs: jobs }],
  });
}

/** The log line with the URL of the demo. */
async function addressOf(demo: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of demo.stdout ?? []) {
    text += chunk;
    const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
    if (found !== null) {
      demo.stdout?.resume();
      return found[0];
    }
  }
  throw new Error(`the demo did not start: ${text}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
