import t from 'tap';
import type { Report } from '../../src/diagnosis/report.ts';
import { startSimulator } from '../../src/simulator/controller.ts';
import { startApiServer } from '../kubernetes/api-server.ts';
import { apiServerMissing } from '../kubernetes/api-server-program.ts';
import { agentObjects, write } from '../kubernetes/inspected-objects.ts';
import { run } from './command.ts';

t.test('diagnose --kubernetes', { skip: apiServerMissing(), timeout: 120_000 }, async (t) => {
  const server = await startApiServer();
  const simulator = await startSimulator();
  t.teardown(() => Promise.all([server.stop(), simulator.close()]).then(() => undefined));
  const kubeconfig = server.kubeconfig('admin');
  const inspect = (namespace: string, ...more: readonly string[]) =>
    run(t, [
      'diagnose',
      simulator.url,
      '--kubernetes',
      ...['--kubeconfig', kubeconfig, '--namespace', namespace, '--service-account', 'jenkins'],
      ...more,
    ]);
  /** The objects that are right, with a policy that lets agents reach everything. */
  const objects = (namespace: string) =>
    agentObjects(namespace).filter(({ kind }) => kind !== 'NetworkPolicy');

  await t.test('the tutorial: the RoleBinding stands in another namespace', async (t) => {
    const broken = objects('tutorial');
    for (const each of broken) if (each.kind === 'RoleBinding') each.metadata.namespace = 'tutorial-typo';
    await write(server, 'tutorial', broken);
    const { code, stdout } = await inspect('tutorial', '--json');
    t.equal(code, 1);
    const report: Report = JSON.parse(stdout);
    t.equal(report.verdict, 'degraded', 'the way is fine, and no agent can be made');
    t.match(report.diagnoses, [{ code: 'rbac-pods-forbidden', confidence: 'certain' }]);
    t.match(report.diagnoses[0]?.evidence, [
      /RoleBinding tutorial-typo\/jenkins-agents: metadata\.namespace/,
    ]);
    t.match(report.diagnoses[0]?.remedy, /namespace: tutorial\b/);
    t.match(report.clusters?.[0], { role: 'agent-cluster', namespace: 'tutorial' });

    const text = await inspect('tutorial');
    t.match(text.stdout, /✗ k8s-rbac/);
    t.match(text.stdout, /subjects:\n +- \{ kind: ServiceAccount/, 'the YAML keeps its indentation');
  });

  await t.test('all is right', async (t) => {
    await write(server, 'right', objects('right'));
    const { code, stdout } = await inspect('right', '--json');
    const report: Report = JSON.parse(stdout);
    t.same(report.diagnoses, []);
    t.equal(report.verdict, 'reachable');
    t.equal(code, 0);
  });

  await t.test('what the probes found is not lost where there is no cluster to ask', async (t) => {
    const args = ['diagnose', simulator.url, '--kubernetes', '--kubeconfig', '/nowhere/config', '--json'];
    const { code, stdout } = await run(t, args);
    const report: Report = JSON.parse(stdout);
    t.equal(code, 0);
    t.equal(report.verdict, 'reachable');
    t.ok(report.notChecked.some(({ what }) => what === 'the objects of the cluster'));
  });
});
