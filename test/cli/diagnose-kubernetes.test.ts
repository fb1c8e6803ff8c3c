import t from 'tap';
import { stringify } from 'yaml';
import type { Report } from '../../src/report/report.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { startApiServer } from '../kubernetes/api-server.ts';
import { apiServerMissing } from '../kubernetes/api-server-program.ts';
import { agentObjects, write } from '../kubernetes/inspection/inspected-objects.ts';
import { run } from './command.ts';
import { runHere } from './in-process.ts';

t.test('diagnose --kubernetes', { skip: apiServerMissing(), timeout: 120_000 }, async (t) => {
  const server = await startApiServer();
  const simulator = await startSimulator();
  t.teardown(() => Promise.all([server.stop(), simulator.close()]).then(() => undefined));
  const kubeconfig = server.kubeconfig('admin');
  const inspection = (namespace: string, ...more: readonly string[]) => [
    'diagnose',
    simulator.url,
    '--kubernetes',
    ...['--kubeconfig', kubeconfig, '--namespace', namespace, '--service-account', 'jenkins'],
    ...more,
  ];
  const inspect = (...args: Parameters<typeof inspection>) => runHere(inspection(...args));
  /** Objects without faults, with a policy that permits agents to connect to everything. */
  const objects = (namespace: string) =>
    agentObjects(namespace).filter(({ kind }) => kind !== 'NetworkPolicy');

  await t.test('the tutorial: the RoleBinding stands in another namespace', async (t) => {
    const broken = objects('tutorial');
    for (const each of broken) if (each.kind === 'RoleBinding') each.metadata.namespace = 'tutorial-typo';
    await write(server, 'tutorial', broken);
    // The command runs in a separate process, because the test checks that it ends in spite of connections to the API
    // server.
    const { code, stdout } = await run(t, inspection('tutorial', '--json'));
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

  await t.test('the objects alone, without a controller to probe', async (t) => {
    const place = ['--kubeconfig', kubeconfig, '--service-account', 'jenkins', '--json'];
    const alone = (namespace: string, ...more: readonly string[]) =>
      runHere(['diagnose', '--kubernetes', '--namespace', namespace, ...place, ...more]);
    const broken = await alone('tutorial');
    t.equal(broken.code, 1);
    const report: Report = JSON.parse(broken.stdout);
    t.match(report, { controller: 'tutorial', verdict: 'degraded', steps: [] });
    t.match(report.diagnoses, [{ code: 'rbac-pods-forbidden' }]);

    const right = await alone('right');
    t.equal(right.code, 3, 'objects that are right do not prove that agents get through');
    t.match(JSON.parse(right.stdout), { verdict: 'unknown', diagnoses: [] });
    const withTokens: Report = JSON.parse((await alone('right', '--tokens')).stdout);
    t.match(withTokens.clusters?.[0]?.findings, [
      { code: 'serviceaccount-token-missing', confidence: 'possible' },
    ]);
    t.same(withTokens.diagnoses, [], 'a controller inside the cluster needs no token');

    const nowhere = await runHere(['diagnose', '--kubernetes', '--kubeconfig', '/nowhere/config']);
    t.equal(nowhere.code, 2);
    t.match(nowhere.stderr, /the cluster cannot be read: the kubeconfig cannot be read/);
  });

  await t.test(
    'what the configuration says is inspected, for the controllers that it concerns',
    async (t) => {
      const folder = t.testdir({
        'probe.yaml': stringify({
          kubernetes: {
            kubeconfig,
            inspection: {
              agents: [
                {
                  namespace: 'tutorial',
                  serviceAccount: 'jenkins',
                  for: ['main'],
                  bindingNamespaces: ['tutorial-typo'],
                },
                { namespace: 'right', serviceAccount: 'jenkins' },
              ],
            },
          },
          controllers: [
            { name: 'main', url: simulator.url },
            { name: 'other', url: simulator.url },
          ],
        }),
      });
      const diagnose = async (name: string) => {
        const args = ['diagnose', name, '--config', `${folder}/probe.yaml`, '--kubernetes', '--json'];
        return JSON.parse((await runHere(args)).stdout) as Report;
      };
      const main = await diagnose('main');
      t.same(
        main.clusters?.map(({ namespace }) => namespace),
        ['tutorial', 'right'],
      );
      t.match(main.diagnoses, [{ code: 'rbac-pods-forbidden' }]);
      const other = await diagnose('other');
      t.same(
        other.clusters?.map(({ namespace }) => namespace),
        ['right'],
      );
      t.same(other.diagnoses, []);
    },
  );

  await t.test('what the probes found is not lost where there is no cluster to ask', async (t) => {
    const args = ['diagnose', simulator.url, '--kubernetes', '--kubeconfig', '/nowhere/config', '--json'];
    const { code, stdout } = await runHere(args);
    const report: Report = JSON.parse(stdout);
    t.equal(code, 0);
    t.equal(report.verdict, 'reachable');
    t.ok(report.notChecked.some(({ what }) => what === 'the objects of the cluster'));
  });
});
