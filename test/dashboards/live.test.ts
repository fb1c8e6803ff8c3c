import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { ALERTS } from '../../alerts/rendered.ts';
import { type PanelView, panelsOf } from '../../dashboards/panel-view.ts';
import { DASHBOARDS, dashboardOf } from '../../dashboards/rendered.ts';
import { substituted } from '../../dashboards/substitution.ts';
import { PREFIX } from '../../src/metrics/table.ts';
import { promtool, skipWithoutPrometheus } from '../alerts/prometheus-program.ts';
import { familiesIn } from './families.ts';
import { type ObservedDemo, startObservedDemo, until } from './observed-demo.ts';

/** Queries without data in the demo, by a part of the query, with the reason. */
const EMPTY: readonly (readonly [part: string, why: string])[] = [
  ['certificate_not_after_timestamp_seconds', 'the demo has no HTTPS'],
  ['step="web-tls"', 'the demo has no HTTPS'],
  ['step="ws-login"', 'the demo logs in at the agent port, not by WebSocket'],
  ...['leader', 'speaks_for_itself', 'discovery_', 'inspection_', 'kubernetes_'].map(
    (part) => [`${PREFIX}${part}`, 'the demo is not in Kubernetes'] as const,
  ),
];

/** Alerts whose expression is true in the demo, with their controllers. All other alerts must be inactive. */
const HOLDING: Readonly<Record<string, readonly string[]>> = {
  JenkinsAgentPortDown: ['http-load-balancer', 'port-not-exposed', 'proxy-protocol'],
  JenkinsControllerDown: ['starting'],
  JenkinsIdentityMismatch: ['two-clusters'],
};

const CONTROLLERS = ['healthy', 'two-clusters'];

t.test('a real Prometheus and the demo', { skip: skipWithoutPrometheus, timeout: 60_000 }, async (t) => {
  const demo = await startObservedDemo();
  t.teardown(() => demo.stop());
  const began = Date.now() / 1000;
  await fetch(`${demo.probe}/health/healthy`);

  await t.test('the rules evaluate without an error, and those that hold tell the root cause', async (t) => {
    // Prometheus also evaluates before its first scrape, and verdicts take a few seconds.
    await until(async () => isDeepStrictEqual(await holding(demo), HOLDING));
    const rules = await demo.prometheus.rules();
    t.strictSame(rules.map(({ name }) => name).sort(), ALERTS.map(({ name }) => name).sort());
    for (const { name, health, lastError, alerts } of rules) {
      t.equal(health, 'ok', `${name}: ${lastError}`);
      for (const { labels } of alerts) t.equal(labels.cluster, 'demo', name);
    }
    const causeOf = async (controller: string) => {
      const state = (await demo.prometheus.rules()).find(({ name }) => name === 'JenkinsAgentPortDown');
      return (
        state?.alerts.find(({ labels }) => labels.controller === controller)?.annotations.description ?? ''
      );
    };
    const cause =
      /Root cause: alb-or-http-lb-on-50000 \(http:\/\/127\.0\.0\.1:9180\/diagnoses\/alb-or-http-lb-on-50000\)\./;
    await until(async () => cause.test(await causeOf('http-load-balancer')));
    t.match(await causeOf('http-load-balancer'), /Jenkins looks healthy/);
  });

  for (const [name, build] of Object.entries(DASHBOARDS)) {
    for (const panel of panelsOf(dashboardOf(build))) {
      await t.test(`${name}: ${panel.title}`, (t) => check(t, demo, panel, began));
    }
  }

  await t.test('the same alerts and no others hold after all that', async (t) => {
    t.strictSame(await holding(demo), HOLDING);
  });

  await t.test('promtool has nothing against the metrics', async (t) => {
    const metrics = await (await fetch(`${demo.probe}/metrics`)).text();
    t.strictSame(promtool(['check', 'metrics'], metrics), { code: 0, output: '' });
  });
});

/** Returns the pending and firing alerts and their controllers, in the form of HOLDING. */
async function holding({ prometheus }: ObservedDemo): Promise<Record<string, string[]>> {
  const rules = (await prometheus.rules()).filter(({ alerts }) => alerts.length > 0);
  return Object.fromEntries(
    rules.map(({ name, alerts }) => [name, alerts.map(({ labels }) => labels.controller ?? '').sort()]),
  );
}

/** Checks that every query of a panel returns data for at least one controller, or is a listed exception. */
async function check(t: Tap, { prometheus }: ObservedDemo, panel: PanelView, began: number): Promise<void> {
  for (const { expr } of panel.queries) {
    const lookFor = async (controller: string) => {
      const query = substituted(expr, { cluster: 'demo', controller, rateInterval: '15s' });
      const now = Date.now() / 1000;
      // A table and a stat panel show the current value, the other panels show a range.
      const found =
        panel.type === 'table' || panel.type === 'stat'
          ? await prometheus.query(query)
          : await prometheus.range(query, began, now, 1);
      return found.some(({ values }) => values.some(([, value]) => Number.isFinite(value)));
    };
    const look = async () => {
      const looks = await Promise.all(CONTROLLERS.map(lookFor));
      return looks.includes(true);
    };
    const why = EMPTY.find(([part]) => expr.includes(part));
    if (why === undefined) await until(look);
    else t.notOk(await look(), `${why[1]}, so ${why[0]} has no data`);
    t.ok(familiesIn(expr).length > 0, expr);
  }
}

type Tap = Pick<typeof t, 'ok' | 'notOk'>;
