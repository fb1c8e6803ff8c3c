import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { MetricsRecorder } from '../../src/metrics/recorder.ts';
import { MetricsRegistry } from '../../src/metrics/registry.ts';
import { resultOf } from '../daemon/results.ts';
import { until } from '../dashboards/observed-demo.ts';
import { Prometheus } from '../dashboards/prometheus-api.ts';
import { freePort } from '../free-port.ts';
import { skipWithoutPrometheus } from './prometheus-program.ts';

/** The labels that the Prometheus operator adds to a target of a ServiceMonitor. */
const OPERATOR = { namespace: 'ci', service: 'probe', pod: 'probe-1', container: 'probe', endpoint: 'http' };
const JOBS = [
  { job_name: 'honoured', honor_labels: true },
  { job_name: 'overridden', honor_labels: false },
];

t.test(
  'with and without honorLabels the labels of the operator and ours stand side by side, and the alerts fire',
  { skip: skipWithoutPrometheus },
  async (t) => {
    const registry = new MetricsRegistry({ cluster: 'c' });
    const recorder = new MetricsRecorder(registry);
    const plan = [{ depth: 'ping', cadenceMs: 15_000 }] as const;
    const entrypoints = ['web', 'agent-port'] as const;
    recorder.remember({ name: 'main', entrypoints, plan, initial: 'up', tls: false });
    recorder.result('main', resultOf('ping', { failure: { step: 'ping', reason: 'l4-accept-then-close' } }));
    recorder.verdict('main', 'agent-port', 'down');
    const exporter = createServer(async (_request, response) => {
      response.setHeader('content-type', registry.contentType).end(await registry.text());
    }).listen(0, '127.0.0.1');
    await once(exporter, 'listening');
    t.teardown(() => exporter.close());
    const { port } = exporter.address() as AddressInfo;
    const prometheus = await startPrometheus(t, `127.0.0.1:${port}`);

    await until(async () => (await prometheus.query('jenkins_agent_probe_up')).length === 4);
    for (const { job_name } of JOBS) {
      const [series] = await prometheus.query(
        `jenkins_agent_probe_up{job="${job_name}",entrypoint="agent-port"} == 0`,
      );
      t.match(series?.metric, { ...OPERATOR, cluster: 'c', controller: 'main' }, job_name);
    }
    t.strictSame(await prometheus.query('{__name__=~"jenkins_agent_probe_.*",exported_endpoint!=""}'), []);
    const down = async () =>
      (await prometheus.rules()).find(({ name }) => name === 'JenkinsAgentPortDown')?.alerts ?? [];
    await until(async () => (await down()).length > 0);
    t.match(await down(), [{ labels: { cluster: 'c', namespace: 'ci', controller: 'main' } }], 'one alert');
  },
);

async function startPrometheus(t: Tap, target: string): Promise<Prometheus> {
  const port = await freePort();
  const folder = t.testdir({
    'prometheus.yml': JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: [fileURLToPath(new URL('../../alerts/jenkins-agent-probe.yaml', import.meta.url))],
      scrape_configs: JOBS.map((job) => ({
        ...job,
        static_configs: [{ targets: [target], labels: OPERATOR }],
      })),
    }),
  });
  const server: ChildProcess = spawn(
    'prometheus',
    [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  t.teardown(async () => {
    server.kill('SIGTERM');
    if (server.exitCode === null) await once(server, 'exit');
  });
  const prometheus = new Prometheus(`http://127.0.0.1:${port}`);
  await until(() => prometheus.isScraping());
  return prometheus;
}

type Tap = Pick<typeof t, 'testdir' | 'teardown'>;
