import t from 'tap';
import { parseAllDocuments } from 'yaml';
import type { InspectionScope } from '../../../src/config/inspection-settings.ts';
import { systemClock } from '../../../src/daemon/system-clock.ts';
import type { RuleResult } from '../../../src/inspection/apply-rules.ts';
import { connectKubernetes } from '../../../src/kubernetes/api/client.ts';
import { readObjects } from '../../../src/kubernetes/inspection/read-objects.ts';
import { startApiServer } from '../api-server.ts';
import { apiServerMissing } from '../api-server-program.ts';
import { agentObjects, controllerObjects, type Manifest, pathOf, write } from './inspected-objects.ts';

/** A pod without resources is taken once the LimitRange has reached the admission of the API server. */
const ATTEMPTS = 200;

t.test(
  'the fixes, applied to a real API server',
  { skip: apiServerMissing(), timeout: 240_000 },
  async (t) => {
    const server = await startApiServer();
    const client = await connectKubernetes(server.kubeconfig('admin'), systemClock);
    t.teardown(async () => {
      await client.close();
      await server.stop();
    });

    async function inspect(role: InspectionScope['role'], namespace: string, rule: string) {
      const scope: InspectionScope =
        role === 'agent-cluster'
          ? {
              role,
              namespace,
              controllers: null,
              account: { namespace: null, name: 'jenkins' },
              bindingNamespaces: [],
              dynamicVolumes: false,
              tokens: false,
            }
          : {
              role,
              namespace,
              controllers: null,
              agentPort: 50_000,
              ingressNamespaces: [namespace],
              exposures: 'auto',
              provider: null,
              healthNodePort: null,
            };
      const { judge } = await readObjects(client, scope);
      const results = judge({ controller: null, url: null, steps: [], announcedPort: null });
      return results.find((result) => result.rule === rule) as RuleResult;
    }

    /** Runs the commands of a fix that patch, comments included; each has to be accepted. */
    async function patch(fix: string): Promise<void> {
      const commands = [...fix.matchAll(/kubectl -n (\S+) patch (\S+) (\S+) --type=json -p '([^']+)'/g)];
      t.not(commands.length, 0, 'there is a command');
      for (const [, namespace = '', kind = '', name = '', steps = ''] of commands) {
        await server.make('PATCH', `${pathOf(kind, namespace)}/${name}`, JSON.parse(steps));
      }
    }

    /** Creates what a fix holds as YAML; that fails where it would replace an object. */
    async function create(fix: string): Promise<void> {
      for (const document of parseAllDocuments(fix)) {
        const { kind, ...body } = document.toJS() as Manifest;
        await server.make('POST', pathOf(kind, body.metadata.namespace), body);
      }
    }

    const fixesOf = ({ findings }: RuleResult) => [...new Set(findings.map(({ fix }) => fix))];
    const OTHER = { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] };

    for (const [name, rules] of [
      [
        "the chart's, without create, and a rule of somebody else",
        [
          { apiGroups: [''], resources: ['pods', 'persistentvolumeclaims'], verbs: ['get', 'list', 'watch'] },
          { apiGroups: [''], resources: ['pods'], verbs: ['delete', 'deletecollection'] },
          OTHER,
        ],
      ],
      ['one rule of somebody else', [OTHER]],
      ['no rules', []],
    ] as const) {
      t.test(`a Role that lacks rights keeps what it has: ${name}`, async (t) => {
        const namespace = `role-${rules.length}`;
        const all = agentObjects(namespace).map((each) => (each.kind === 'Role' ? { ...each, rules } : each));
        await write(server, namespace, all);
        const before = await inspect('agent-cluster', namespace, 'account-may');
        t.match(before.findings[0], { code: 'rbac-pods-forbidden', confidence: 'certain' });
        for (const fix of fixesOf(before)) await patch(fix);
        const role = await server.make('GET', `${pathOf('Role', namespace)}/jenkins-agents`);
        t.same(role.rules.slice(0, rules.length), rules, 'no earlier rule is lost');
        t.match(await inspect('agent-cluster', namespace, 'account-may'), { outcome: 'ok' });
      });
    }

    t.test('a RoleBinding that names another account keeps its subjects', async (t) => {
      const namespace = 'binding';
      const anna = { kind: 'User', name: 'anna', apiGroup: 'rbac.authorization.k8s.io' };
      const all = agentObjects(namespace).map((each) =>
        each.kind === 'RoleBinding' ? { ...each, subjects: [anna] } : each,
      );
      await write(server, namespace, all);
      for (const fix of fixesOf(await inspect('agent-cluster', namespace, 'account-may'))) await patch(fix);
      const binding = await server.make('GET', `${pathOf('RoleBinding', namespace)}/jenkins-agents`);
      t.match(binding.subjects, [anna, { kind: 'ServiceAccount', name: 'jenkins' }]);
      t.match(await inspect('agent-cluster', namespace, 'account-may'), { outcome: 'ok' });
    });

    t.test('no RoleBinding, and a Role of the name that a new one would take', async (t) => {
      const namespace = 'unbound';
      const others = { kind: 'Role', metadata: { name: 'jenkins' }, rules: [OTHER] };
      const kept = agentObjects(namespace).filter(({ kind }) => !kind.startsWith('Role'));
      await write(server, namespace, [...kept, others]);
      for (const fix of fixesOf(await inspect('agent-cluster', namespace, 'account-may'))) await create(fix);
      t.match(await inspect('agent-cluster', namespace, 'account-may'), { outcome: 'ok' });
      t.match(await server.make('GET', `${pathOf('Role', namespace)}/jenkins`), { rules: [OTHER] });
    });

    t.test('the Service of a controller without the agent port, its one port without a name', async (t) => {
      for (const apply of [patch, create]) {
        const namespace = `service-${apply.name}`;
        const all = controllerObjects(namespace).filter(({ metadata }) => metadata.name !== 'main-agent');
        const web = all.find(({ kind, metadata }) => kind === 'Service' && metadata.name === 'main');
        delete web?.spec.ports[0].name;
        await write(server, namespace, all);
        const before = await inspect('controller-cluster', namespace, 'service-has-agent-port');
        t.match(before.findings, [{ code: 'agent-port-not-in-service' }]);
        for (const fix of fixesOf(before)) await apply(fix);
        t.match(await inspect('controller-cluster', namespace, 'service-has-agent-port'), { outcome: 'ok' });
      }
    });

    t.test('a Service whose agent port leads elsewhere, or speaks HTTP to a mesh', async (t) => {
      const namespace = 'service-port';
      const all = controllerObjects(namespace);
      const service = all.find(({ kind, metadata }) => kind === 'Service' && metadata.name === 'main-agent');
      if (service !== undefined) service.spec.ports = [{ name: 'http', port: 50_000, targetPort: 8080 }];
      all[0]?.spec.containers.push({ name: 'istio-proxy', image: 'istio/proxyv2' });
      await write(server, namespace, all);
      for (const rule of ['agent-port-leads-there', 'mesh-speaks-tcp']) {
        const before = await inspect('controller-cluster', namespace, rule);
        t.match(before, { outcome: 'failed' }, rule);
        for (const fix of fixesOf(before)) await patch(fix);
        t.match(await inspect('controller-cluster', namespace, rule), { outcome: 'ok' }, rule);
      }
    });

    t.test('ingress-nginx whose Service has one port, without a name', async (t) => {
      const namespace = 'nginx-port';
      const all = controllerObjects(namespace);
      const front = all.find(({ kind, metadata }) => kind === 'Service' && metadata.name === 'nginx');
      if (front !== undefined) front.spec.ports = [{ port: 443 }];
      await write(server, namespace, all);
      const before = await inspect('controller-cluster', namespace, 'port-published');
      t.match(before.findings, [{ code: 'nginx-tcp-not-published' }]);
      for (const fix of fixesOf(before)) await patch(fix);
      t.match(await inspect('controller-cluster', namespace, 'port-published'), { outcome: 'ok' });
    });

    t.test(
      'a quota that asks for resources: the API server takes a pod without them afterwards',
      async (t) => {
        const namespace = 'quota';
        const hard = {
          'limits.cpu': '10',
          'limits.memory': '20Gi',
          'requests.cpu': '5',
          'requests.memory': '10Gi',
        };
        const used = Object.fromEntries(Object.keys(hard).map((name) => [name, '0']));
        await write(server, namespace, [
          { kind: 'ResourceQuota', metadata: { name: 'team' }, spec: { hard }, status: { hard, used } },
        ]);
        const pod = (name: string) => ({
          metadata: { name },
          spec: { containers: [{ name: 'jnlp', image: 'jenkins/inbound-agent' }] },
        });
        const refused = await server.ask('POST', pathOf('Pod', namespace), pod('before'));
        t.match(refused, { status: 403, body: { message: 'must specify limits.cpu' } });
        for (const fix of fixesOf(await inspect('agent-cluster', namespace, 'quota-lets-pods-in'))) {
          await create(fix);
        }
        t.match(await inspect('agent-cluster', namespace, 'quota-lets-pods-in'), { outcome: 'ok' });
        let taken = refused;
        for (let count = 0; count < ATTEMPTS && taken.status !== 201; count++) {
          taken = await server.ask('POST', pathOf('Pod', namespace), pod(`after-${count}`));
        }
        t.equal(taken.status, 201);
      },
    );
  },
);
