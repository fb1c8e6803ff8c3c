import t from 'tap';
import type { AgentScope, InspectionSettings } from '../../../src/config/inspection-settings.ts';
import { systemClock } from '../../../src/daemon/system-clock.ts';
import { connectKubernetes } from '../../../src/kubernetes/api/client.ts';
import { rolesFor } from '../../../src/kubernetes/api/permissions.ts';
import { PeriodicInspection } from '../../../src/kubernetes/inspection/periodic-inspection.ts';
import type { Report } from '../../../src/report/report.ts';
import { FakeClock } from '../../daemon/fake-clock.ts';
import { controllerOf } from '../../daemon/settings-of.ts';
import { startApiServer } from '../api-server.ts';
import { apiServerMissing } from '../api-server-program.ts';
import { until } from '../cluster-objects.ts';
import { fastClock, startInCluster } from '../daemon-in-cluster.ts';
import { agentObjects, write } from './inspected-objects.ts';

const USER = 'system:serviceaccount:probe:probe';
const BLIND = 'system:serviceaccount:probe:blind';
const MAIN = controllerOf(
  { web: 15_000, ping: 15_000 },
  { name: 'main', url: new URL('https://ci.example.com/') },
);
const SCOPE: AgentScope = {
  role: 'agent-cluster',
  namespace: 'tutorial',
  controllers: null,
  account: { namespace: null, name: 'jenkins' },
  bindingNamespaces: ['tutorial-typo'],
  dynamicVolumes: false,
  tokens: false,
};
const INSPECTION: InspectionSettings = { everyMs: 60_000, scopes: [SCOPE] };
const POD = { POD_NAME: 'probe-0', POD_NAMESPACE: 'probe', POD_UID: 'uid-of-probe-0' };

t.test('the daemon inspects its cluster', { skip: apiServerMissing(), timeout: 115_000 }, async (t) => {
  const server = await startApiServer({ users: [USER, BLIND] });
  t.teardown(() => server.stop());
  await server.make('POST', '/api/v1/namespaces', { metadata: { name: 'probe' } });
  const objects = agentObjects('tutorial').filter(({ kind }) => kind !== 'NetworkPolicy');
  const binding = objects.find(({ kind }) => kind === 'RoleBinding');
  await write(
    server,
    'tutorial',
    objects.map((each) =>
      each === binding ? { ...each, metadata: { ...each.metadata, namespace: 'tutorial-typo' } } : each,
    ),
  );
  const kubernetes = { events: true, inspection: INSPECTION };
  // With the rights that `config permissions` prints, and not one more.
  const settings = { kubeconfig: null, discovery: null, lease: null, ...kubernetes };
  for (const { namespace, rules } of rolesFor(settings))
    await server.grant(USER, namespace ?? 'probe', rules);
  const start = (t: { teardown(close: () => Promise<void>): void }, user: string) =>
    startInCluster(t, {
      kubernetes: { ...kubernetes, kubeconfig: server.kubeconfig(user, { namespace: 'probe' }) },
      controllers: [MAIN],
      clock: fastClock(20),
      env: POD,
    });

  await t.test('a wrong object is found, told, and let go once it is mended', async (t) => {
    const { daemon, get, seen, metric, logged } = await start(t, USER);
    const holds = () =>
      metric('diagnosis{controller="main",code="rbac-pods-forbidden"}'.replace(/[{}]/g, '\\$&'));
    await until(async () => (await holds()) === 1);

    const { kubernetes: shown } = await seen();
    t.match(shown, {
      features: [{ feature: 'events' }, { feature: 'inspect', state: 'working', detail: null }],
      inspection: [
        {
          role: 'agent-cluster',
          namespace: 'tutorial',
          findings: [
            {
              controller: 'main',
              code: 'rbac-pods-forbidden',
              object: 'RoleBinding tutorial-typo/jenkins-agents',
              field: 'metadata.namespace',
            },
          ],
          notChecked: [{ what: 'account-has-token', why: /Secrets are not read unless asked for/ }],
        },
      ],
    });
    const checks = (outcome: string) =>
      metric(
        `inspection_checks\\{controller="main",role="agent-cluster",inspected_namespace="tutorial",outcome="${outcome}"\\}`,
      );
    t.same(
      await Promise.all(['ok', 'failed', 'skipped'].map(checks)),
      [12, 1, 1],
      'it had every right it needs',
    );
    t.match(
      logged(),
      /"controller":"main","code":"rbac-pods-forbidden","title":"[^"]*","from":"objects","evidence":"RoleBinding tutorial-typo/,
    );

    const event = await until(async () => {
      const { items } = await server.make('GET', '/api/v1/namespaces/probe/events');
      return items.find(({ reason }: { reason: string }) => reason === 'RbacPodsForbidden');
    });
    t.match(event, {
      type: 'Warning',
      involvedObject: { kind: 'Pod', name: 'probe-0' },
      message:
        /^controller main: .*\(rbac-pods-forbidden\)\nRoleBinding tutorial-typo\/jenkins-agents: metadata\.namespace is/,
    });

    const diagnose = async (): Promise<Report> => {
      const response = await fetch(`http://127.0.0.1:${daemon.address.port}/diagnose`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"controller":"main"}',
      });
      return (await response.json()) as Report;
    };
    const report = await diagnose();
    t.equal(report.verdict, 'degraded');
    t.match(report.diagnoses, [{ code: 'rbac-pods-forbidden', remedy: /namespace: tutorial\b/ }]);
    t.match(report.clusters, [{ role: 'agent-cluster', namespace: 'tutorial' }]);
    t.match(await get('/diagnose?controller=main'), /"k8s-rbac"/);

    await server.make('POST', '/apis/rbac.authorization.k8s.io/v1/namespaces/tutorial/rolebindings', {
      ...binding,
      apiVersion: 'rbac.authorization.k8s.io/v1',
    });
    await until(async () => (await holds()) === 0);
    t.same(await checks('failed'), 0);
    await until(async () => (await diagnose()).diagnoses.length === 0);
  });

  await t.test('without any right it says so, and the rest goes on', async (t) => {
    const { daemon, seen, metric, logged } = await start(t, BLIND);
    const [feature] = await until(async () => {
      const { kubernetes: shown } = await seen();
      const denied = shown.features.filter(
        ({ feature, state }) => feature === 'inspect' && state === 'denied',
      );
      return denied.length > 0 ? denied : null;
    });
    t.match(feature?.detail, /^403/);
    t.equal(await metric('kubernetes_working\\{feature="inspect"\\}'), 0);
    t.match(logged(), /"feature":"inspect".*a permission is missing/);
    const response = await fetch(`http://127.0.0.1:${daemon.address.port}/diagnose?controller=main`);
    const report = (await response.json()) as Report;
    t.equal(report.verdict, 'reachable', 'what could not be read is no fault of the way');
    t.ok(report.clusters?.[0]?.checks.every(({ outcome }) => outcome === 'skipped'));
    t.match(
      report.notChecked.map(({ why }) => why).join(),
      'the permission to list pods in namespace tutorial',
    );
  });

  await t.test('only a replica that probes looks by itself', async (t) => {
    const client = await connectKubernetes(server.kubeconfig('admin'), systemClock);
    t.teardown(() => client.close());
    const clock = new FakeClock();
    let active = false;
    let rounds = 0;
    const inspector = new PeriodicInspection(INSPECTION, {
      client,
      clock,
      random: () => 0.5,
      routes: () => [{ controller: 'main', url: null, steps: [], announcedPort: null }],
      active: () => active,
      read: () => undefined,
      inspected: () => {
        rounds += 1;
      },
      reporter: { worked: () => undefined, failed: (error) => t.fail(String(error)) },
    });
    t.teardown(() => inspector.close());
    inspector.wake();
    await clock.advance(600_000);
    t.equal(client.requests, 0);
    t.equal(clock.timers, 0, 'it does not even wait');
    await inspector.read('main');
    t.ok(client.requests > 10, 'a diagnosis reads all the same');
    t.equal(rounds, 0, 'and what it finds is said by the other replica');

    active = true;
    inspector.wake();
    await clock.advance(0);
    await until(() => rounds === 1 && clock.timers === 1);
    const before = client.requests;
    await clock.advance(59_000);
    t.equal(client.requests, before, 'the cadence');
    for (let round = 0; round < 100; round += 1) inspector.hasten();
    await clock.advance(2_000);
    await until(() => rounds === 2);
    t.pass('and no more for a hundred changes');
  });
});
