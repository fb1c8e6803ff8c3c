import t from 'tap';
import { systemClock } from '../../../src/daemon/system-clock.ts';
import { ApiWarnings } from '../../../src/kubernetes/api/api-warnings.ts';
import { connectKubernetes } from '../../../src/kubernetes/api/client.ts';
import { startApiServer } from '../api-server.ts';
import { apiServerMissing } from '../api-server-program.ts';

t.test('a deprecated API is warned of once', { skip: apiServerMissing(), timeout: 120_000 }, async (t) => {
  const server = await startApiServer({ users: ['admin'] });
  t.teardown(() => server.stop());
  const warnings: string[] = [];
  const client = await connectKubernetes(server.kubeconfig('admin'), systemClock, (each) =>
    warnings.push(each),
  );
  t.teardown(() => client.close());
  await server.grant('admin', 'default', [
    { apiGroups: ['extensions', ''], resources: ['ingresses', 'pods'], verbs: ['list'] },
  ]);
  for (let times = 0; times < 3; times += 1) {
    await client.ask('/apis/extensions/v1beta1/namespaces/default/ingresses');
    await client.ask('/api/v1/namespaces/default/pods');
  }
  t.equal(warnings.length, 1);
  t.match(warnings[0], /^extensions\/v1beta1 Ingress is deprecated/);
});

t.test('warnings are read as they are quoted, each once, and no flood of them', async (t) => {
  const warnings: string[] = [];
  const reader = new ApiWarnings((each) => warnings.push(each));
  reader.read(undefined);
  reader.read('299 - "use \\"v1\\"", 299 - "and\u0007 more"');
  reader.read(['299 - "use \\"v1\\""', '199 - "not of Kubernetes"', 'nonsense']);
  t.strictSame(warnings.slice(0, 1), ['use "v1"']);
  t.match(warnings[1], /^and.?\s?more$/);
  t.equal(warnings.length, 2);
  for (let index = 0; index < 1_000; index += 1) reader.read(`299 - "number ${index}"`);
  t.equal(warnings.length, 100);
});
