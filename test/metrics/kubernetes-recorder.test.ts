import t from 'tap';
import { KubernetesRecorder } from '../../src/metrics/kubernetes-recorder.ts';
import { MetricsRegistry } from '../../src/metrics/registry.ts';

function setUp() {
  const registry = new MetricsRegistry({});
  const series = async () =>
    (await registry.text())
      .split('\n')
      .filter((line) => line.startsWith('jenkins_agent_probe_'))
      .map((line) => line.replace('jenkins_agent_probe_', ''));
  return { recorder: new KubernetesRecorder(registry), series };
}

t.test('a cluster that nothing is known of has no series', async (t) => {
  t.strictSame(await setUp().series(), []);
});

t.test('a feature begins at 0, works, and fails', async (t) => {
  const { recorder, series } = setUp();
  recorder.featureBegun('lease');
  t.strictSame(await series(), [
    'kubernetes_working{feature="lease"} 0',
    'kubernetes_errors_total{feature="lease"} 0',
  ]);
  recorder.featureWorks('lease');
  t.match(await series(), [
    'kubernetes_working{feature="lease"} 1',
    'kubernetes_errors_total{feature="lease"} 0',
  ]);
  recorder.featureFailed('lease');
  t.match(await series(), [
    'kubernetes_working{feature="lease"} 0',
    'kubernetes_errors_total{feature="lease"} 1',
  ]);
});

t.test('role, events and discovery', async (t) => {
  const { recorder, series } = setUp();
  recorder.role(false, true);
  recorder.eventsBegun();
  recorder.event('dropped');
  recorder.discovered(3, 1);
  recorder.discoveryAge(true, null);
  t.strictSame(await series(), [
    'leader 0',
    'speaks_for_itself 1',
    'discovery_controllers 3',
    'discovery_unusable_objects 1',
    'discovery_stale 1',
    'kubernetes_events_total{outcome="written"} 0',
    'kubernetes_events_total{outcome="dropped"} 1',
  ]);
  recorder.discoveryAge(false, 1_500_000);
  t.match((await series()).join('\n'), /^discovery_last_sync_timestamp_seconds 1500$/m);
});

t.test('an inspection counts the outcomes of each controller', async (t) => {
  const { recorder, series } = setUp();
  const checks = (['ok', 'ok', 'failed'] as const).map((outcome) => ({ outcome }));
  recorder.inspected({
    role: 'agent-cluster',
    namespace: 'ci',
    readAt: 2000,
    results: new Map([['main', checks]]),
  });
  const place = 'role="agent-cluster",inspected_namespace="ci"';
  t.strictSame(await series(), [
    `inspection_checks{controller="main",${place},outcome="ok"} 2`,
    `inspection_checks{controller="main",${place},outcome="failed"} 1`,
    `inspection_checks{controller="main",${place},outcome="skipped"} 0`,
    `inspection_last_timestamp_seconds{${place}} 2`,
  ]);
});
