import t, { type Test } from 'tap';
import { loadSettings } from '../../src/config/load.ts';
import { rolesFor } from '../../src/kubernetes/api/permissions.ts';
import { validatorOf } from './api-models.ts';
import {
  ciFile,
  containerOf,
  kinds,
  MAIN,
  type Manifest,
  only,
  podOf,
  skipWithoutHelm,
  template,
} from './chart.ts';

const test = (name: string, run: (t: Test) => Promise<void>) => t.test(name, { skip: skipWithoutHelm }, run);

/** Renders with a `kubernetes` block. */
const withKubernetes = (kubernetes: Manifest, more = {}) =>
  template({ config: { ...MAIN, kubernetes }, ...more });

/** Returns `namespace: verbs resource (name)` of every rule. */
function rights({ objects }: { objects: readonly Manifest[] }): string[] {
  return objects
    .filter(({ kind }) => kind === 'Role')
    .flatMap(({ metadata, rules }) =>
      rules.map(
        (rule: Manifest) =>
          `${metadata.namespace}: ${rule.verbs} ${rule.resources}${rule.resourceNames ? ` ${rule.resourceNames}` : ''}`,
      ),
    )
    .sort();
}

test('where the program does not talk to Kubernetes it has no rights and no token', async (t) => {
  const rendered = await template({ config: MAIN });
  t.notOk(kinds(rendered).some((kind) => kind.startsWith('Role') || kind.startsWith('ClusterRole')));
  t.equal(containerOf(rendered).env, undefined);
});

test('a Lease alone: that Lease, by name', async (t) => {
  const rendered = await withKubernetes({ lease: { mode: 'leader', name: 'shared' } });
  t.strictSame(rights(rendered), ['ci: create leases', 'ci: get,list,watch,update leases shared']);
  t.equal(podOf(rendered).spec.automountServiceAccountToken, true);
  const names = containerOf(rendered).env.map(({ name }: Manifest) => name);
  t.strictSame(names, ['NODE_NAME', 'POD_NAME', 'POD_NAMESPACE', 'POD_UID']);
  t.strictSame(rights(await withKubernetes({ lease: { mode: 'every-node' } })), []);
});

test('discovery: read only, in the namespaces that are looked at, of the sources that are asked for', async (t) => {
  const rendered = await withKubernetes({
    discovery: { namespaces: ['agents', 'builds'], sources: ['pods'] },
  });
  t.strictSame(rights(rendered), ['agents: list,watch pods', 'builds: list,watch pods']);
  for (const binding of rendered.objects.filter(({ kind }) => kind === 'RoleBinding')) {
    t.strictSame(binding.subjects, [
      { kind: 'ServiceAccount', name: 'probe-jenkins-agent-probe', namespace: 'ci' },
    ]);
    t.strictSame(validatorOf(binding)(binding), []);
  }
  t.strictSame(rights(await withKubernetes({ discovery: {} })), [
    'ci: list,watch ingresses',
    'ci: list,watch pods',
    'ci: list,watch services',
  ]);
});

test('Events on Services need those to be discovered; on our own pod they need its namespace', async (t) => {
  t.strictSame(rights(await withKubernetes({ events: true })), ['ci: create,patch events']);
  const both = { events: true, discovery: { namespaces: ['jenkins'], sources: ['services'] } };
  t.strictSame(rights(await withKubernetes(both)), [
    'ci: create,patch events',
    'jenkins: create,patch events',
    'jenkins: list,watch services',
  ]);
  const elsewhere = { events: true, lease: { namespace: 'locks' } };
  t.strictSame(rights(await withKubernetes(elsewhere)), [
    'ci: create,patch events',
    'locks: create leases',
    'locks: get,list,watch,update leases jenkins-agent-probe',
  ]);
});

test('rights of your own are added; with rbac.create off there are none', async (t) => {
  const own = await template(ciFile('names-values.yaml'));
  t.match(only(own, 'Role').rules, [{ resources: ['events'], verbs: ['list'] }]);
  t.strictSame(rights(await withKubernetes({ lease: {} }, { rbac: { create: false } })), []);
});

test('nothing may be read in all namespaces, no secret, nothing deleted', async (t) => {
  const inspection = { agents: [{ serviceAccount: 'jenkins/jenkins' }], controllers: [{}] };
  const all = { discovery: { namespaces: ['a'] }, lease: {}, events: true, inspection };
  const rendered = await withKubernetes(all);
  t.notOk(kinds(rendered).some((kind) => kind.startsWith('ClusterRole')));
  const granted = rights(rendered);
  t.ok(granted.length > 4);
  t.notMatch(granted.join('\n'), /secrets|delete|\*|exec|configmaps/);
});

test('one ClusterRole for discovery, if asked for; the other rights stay in their namespaces', async (t) => {
  const kubernetes = {
    discovery: { namespaces: ['a', 'b'], sources: ['services'] },
    lease: {},
    events: true,
  };
  const rendered = await withKubernetes(kubernetes, { rbac: { clusterRole: true } });
  t.match(only(rendered, 'ClusterRole'), {
    metadata: { name: 'probe-jenkins-agent-probe-ci', namespace: undefined },
    rules: [
      { resources: ['services'], verbs: ['list', 'watch'] },
      { resources: ['events'], verbs: ['create', 'patch'] },
    ],
  });
  t.match(only(rendered, 'ClusterRoleBinding'), {
    roleRef: { kind: 'ClusterRole', name: 'probe-jenkins-agent-probe-ci' },
    subjects: [{ kind: 'ServiceAccount', namespace: 'ci' }],
  });
  t.strictSame(rights(rendered), [
    'ci: create leases',
    'ci: create,patch events',
    'ci: get,list,watch,update leases jenkins-agent-probe',
  ]);
});

test('namespaces of a configuration that the chart cannot see', async (t) => {
  const rendered = await template({ configFrom: { secret: 'own' }, rbac: { namespaces: ['a'] } });
  t.strictSame(rights(rendered), ['a: list,watch ingresses', 'a: list,watch pods', 'a: list,watch services']);
  t.equal(podOf(rendered).spec.automountServiceAccountToken, true);
  const both = await withKubernetes({ discovery: { sources: ['pods'] } }, { rbac: { namespaces: ['a'] } });
  t.strictSame(rights(both), ['a: list,watch pods', 'ci: list,watch pods']);
});

/** Every switch that affects a permission, and their combinations. */
const BLOCKS: readonly Manifest[] = [
  { discovery: {} },
  { discovery: { namespaces: ['agents', 'builds'], sources: ['pods', 'services'] }, events: true },
  { lease: {}, events: true },
  { lease: { mode: 'every-node' }, events: true, inspection: {} },
  { lease: { namespace: 'locks', name: 'shared' }, events: true, discovery: { sources: ['services'] } },
  { inspection: {} },
  { inspection: { agents: [] } },
  { inspection: { agents: [{ serviceAccount: 'jenkins' }] } },
  { inspection: { agents: [{ namespace: 'agents', serviceAccount: 'jenkins/jenkins' }] } },
  {
    inspection: {
      agents: [
        { namespace: 'agents', serviceAccount: 'agents/jenkins' },
        {
          namespace: 'builds',
          serviceAccount: 'jenkins/jenkins',
          tokens: true,
          bindingNamespaces: ['a', 'b'],
        },
      ],
      controllers: [
        { namespace: 'jenkins', ingressNamespaces: ['ingress-nginx'], exposures: 'all' },
        { exposures: ['gateway-api'] },
      ],
    },
  },
  {
    inspection: { controllers: [{ exposures: 'all' }] },
    discovery: { namespaces: ['jenkins'] },
    lease: {},
    events: true,
  },
  { inspection: { controllers: [{ exposures: [] }] } },
];

test("the chart's Roles are those that the program asks for itself", async (t) => {
  for (const kubernetes of BLOCKS) {
    const folder = t.testdir({ 'probe.yaml': JSON.stringify({ ...MAIN, kubernetes }) });
    const file = `${folder}/probe.yaml`;
    const settings = loadSettings({ file, env: { NODE_NAME: 'node' } }).kubernetes;
    const wanted = settings === undefined ? [] : rolesFor(settings);
    const { objects } = await withKubernetes(kubernetes);
    const rendered = objects
      .filter(({ kind }) => kind === 'Role')
      .map(({ metadata, rules }) => ({ namespace: metadata.namespace, rules: sorted(rules) }));
    t.strictSame(
      rendered.sort(byNamespace),
      wanted
        .map(({ namespace, rules }) => ({ namespace: namespace ?? 'ci', rules: sorted(rules) }))
        .sort(byNamespace),
      JSON.stringify(kubernetes),
    );
  }
});

test('exposures auto: rights for the APIs that the cluster has, and no other', async (t) => {
  const inspection = { controllers: [{ namespace: 'jenkins' }] };
  const without = rights(await withKubernetes({ inspection }));
  t.notMatch(without.join(), /tcproutes/);
  const args = ['--api-versions', 'gateway.networking.k8s.io/v1'];
  const granted = rights(await template({ config: { ...MAIN, kubernetes: { inspection } } }, { args }));
  t.ok(granted.includes('jenkins: list tcproutes'));
  t.notMatch(granted.join(), /clienttrafficpolicies/);
});

interface InNamespace {
  readonly namespace: string;
}

const byNamespace = (a: InNamespace, b: InNamespace) => a.namespace.localeCompare(b.namespace);
const sorted = (rules: readonly object[]) =>
  rules.map((rule) => JSON.stringify(Object.entries(rule).sort())).sort();
