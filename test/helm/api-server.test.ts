import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import t, { type Test } from 'tap';
import { ROUTE_READERS } from '../../src/inspection/routes/all-readers.ts';
import { runHere } from '../cli/in-process.ts';
import { type ApiServer, startApiServer } from '../kubernetes/api-server.ts';
import { apiServerMissing } from '../kubernetes/api-server-program.ts';
import {
  CI_FILES,
  ciFile,
  EXAMPLES,
  exampleFile,
  type Manifest,
  only,
  readValues,
  skipWithoutHelm,
  template,
} from './chart.ts';
import { allRights, isAllowed, rightsOf, settle } from './granted-rights.ts';
import { RECIPE_MANIFESTS, RECIPE_VALUES, recipeFile, recipeObjects } from './recipes.ts';
import {
  type Applier,
  connectApplier,
  kindOf,
  lostFields,
  unknownField,
  withoutField,
} from './server-side-apply.ts';

/** Kinds of custom resources. render.test.ts checks them against their published schemas. */
const CUSTOM_KINDS = [
  'cloud.google.com/v1 BackendConfig',
  'gateway.envoyproxy.io/v1alpha1 BackendTrafficPolicy',
  'gateway.k8s.aws/v1 LoadBalancerConfiguration',
  'gateway.k8s.aws/v1 TargetGroupConfiguration',
  'gateway.networking.k8s.io/v1 HTTPRoute',
  'gateway.networking.k8s.io/v1 TCPRoute',
  'monitoring.coreos.com/v1 PodMonitor',
  'monitoring.coreos.com/v1 PrometheusRule',
  'monitoring.coreos.com/v1 ServiceMonitor',
  'networking.gke.io/v1 HealthCheckPolicy',
  'networking.istio.io/v1 VirtualService',
  'route.openshift.io/v1 Route',
];

/**
 * Rendered fields and APIs that API servers older than the chart's `kubeVersion` do not have, each with the first
 * release of Kubernetes that has it. A field is omitted only if the server refuses it. An API is requested in its
 * previous version.
 */
const NEWER_FIELDS: Readonly<Record<string, string>> = {
  'Service.spec.internalTrafficPolicy': '1.21',
  'Service.spec.loadBalancerClass': '1.21',
  'Service.spec.trafficDistribution': '1.31, where a values file asks for it',
  'Deployment.spec.template.spec.containers.lifecycle.preStop.sleep': '1.29, where a values file asks for it',
};
const NEWER_APIS: Readonly<Record<string, string>> = { 'policy/v1 PodDisruptionBudget': 'policy/v1beta1' };
/** Fields that such a server accepts and drops, because their feature gate is off: dual-stack, 1.23. */
const GATED_FIELDS = /^\.spec\.(ipFamilyPolicy|ipFamilies(\.\d)?)$/;

/** A cluster with every API that the inspection reads: the chart grants permissions only for APIs that exist. */
const EXPOSED_APIS = ROUTE_READERS.flatMap(({ resources }) =>
  resources.flatMap(({ group, versions }) =>
    versions.flatMap((version) => ['--api-versions', `${group}/${version}`]),
  ),
);

/** Permissions that are similar to those of the probe. They must be refused, unless the program requests one. */
const NEIGHBOURS = [
  ...['get secrets', 'list secrets', 'watch secrets', 'get configmaps', 'list configmaps', 'list nodes'],
  ...['get pods', 'create pods', 'delete pods', 'create pods/exec', 'get pods/log', 'update services'],
  ...['list events', 'delete events', 'create serviceaccounts/token', 'impersonate users'],
  ...['create deployments.apps', 'update ingresses.networking.k8s.io', 'delete leases.coordination.k8s.io'],
  ...['list leases.coordination.k8s.io', 'create rolebindings.rbac.authorization.k8s.io'],
];

/** The permissions for a discovery in all namespaces. */
const DISCOVERY = [
  { apiGroups: [''], resources: ['pods', 'services'], verbs: ['list', 'watch'] },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: ['list', 'watch'] },
];

t.test(
  'the chart before a real API server',
  { skip: skipWithoutHelm || apiServerMissing(), timeout: 240_000 },
  async (t) => {
    const releases = await Promise.all(
      [...CI_FILES.map(ciFile), ...EXAMPLES.map(exampleFile), ...RECIPE_VALUES.map(recipeFile)].map(
        async (path) => ({
          file: basename(path),
          values: readValues(path),
          objects: (await template(path, { args: EXPOSED_APIS })).objects,
        }),
      ),
    );
    const manifests = RECIPE_MANIFESTS.map((file) => ({ file, objects: recipeObjects(file) }));
    const accounts = releases.map(({ objects }) => accountOf(objects));
    const server = await startApiServer({ users: [...new Set(accounts.map(({ user }) => user))] });
    const applier = await connectApplier(server);
    t.teardown(async () => {
      await applier.close();
      await server.stop();
    });
    const everywhere = [...releases, ...manifests].flatMap(({ objects }) =>
      objects.map(({ metadata }) => metadata.namespace),
    );
    for (const namespace of new Set(['ci', ...everywhere.filter((each) => each !== undefined)])) {
      await server.make('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
    }
    await t.test('takes every object', (t) => takesAll(t, applier, [...releases, ...manifests]));
    await t.test('refuses what is broken', (t) => refusesBroken(t, applier));
    await t.test('grants what the program asks for, and nothing else', async (t) => {
      const withRoles = releases.filter(({ objects }) => objects.some(({ kind }) => kind === 'Role'));
      t.ok(withRoles.length > 1, 'there are releases with Roles');
      const without = releases.filter(({ file }) => file === 'default-values.yaml');
      for (const release of [...without, ...withRoles]) await grantsTheList(t, server, applier, release);
    });
  },
);

/** Objects to apply together. */
interface Bundle {
  readonly file: string;
  readonly objects: readonly Manifest[];
}

interface Release extends Bundle {
  readonly values: Manifest;
}

/** Returns the service account of the pods. */
function accountOf(objects: readonly Manifest[]): { readonly user: string; readonly namespace: string } {
  const workload = objects.find(({ kind }) => kind === 'Deployment' || kind === 'DaemonSet');
  const { namespace } = workload.metadata;
  const user = `system:serviceaccount:${namespace}:${workload.spec.template.spec.serviceAccountName}`;
  return { user, namespace };
}

async function takesAll(t: Test, applier: Applier, bundles: readonly Bundle[]): Promise<void> {
  const unknownKinds = new Set<string>();
  for (const { file, objects } of bundles) {
    for (const rendered of objects) {
      const older = NEWER_APIS[kindOf(rendered)];
      let object = rendered;
      if (!applier.knows(object) && older !== undefined) object = { ...object, apiVersion: older };
      if (!applier.knows(object)) {
        unknownKinds.add(kindOf(object));
        continue;
      }
      let answer = await applier.apply(object, { dryRun: true });
      for (const field of Object.keys(NEWER_FIELDS)) {
        if (`${object.kind}${unknownField(answer)}` !== field) continue;
        object = withoutField(object, field.slice(object.kind.length));
        answer = await applier.apply(object, { dryRun: true });
      }
      const { status, body } = answer;
      t.ok(
        status < 300,
        `${file}: ${kindOf(object)} ${object.metadata.name}: ${status} ${body.message ?? ''}`,
      );
      const lost = lostFields(object, body).filter((field) => !GATED_FIELDS.test(field));
      t.strictSame(lost, [], 'nothing is dropped');
    }
  }
  t.strictSame([...unknownKinds].sort(), CUSTOM_KINDS, 'kinds that the API server does not have');
  const all = bundles.flatMap(({ objects }) => objects);
  for (const field of Object.keys(NEWER_FIELDS)) {
    const [kind = ''] = field.split('.');
    const has = (each: Manifest) =>
      each.kind === kind && !isDeepStrictEqual(withoutField(each, field.slice(kind.length)), each);
    t.ok(all.some(has), `${field} is rendered`);
  }
}

async function refusesBroken(t: Test, applier: Applier): Promise<void> {
  const policy = only(await template(ciFile('network-policy-values.yaml')), 'NetworkPolicy');
  const full = await template(ciFile('full-config-values.yaml'));
  const role = only(await template(ciFile('names-values.yaml')), 'Role');
  const [service, workload] = [only(full, 'Service', 'probe'), only(full, 'Deployment')];
  // biome-ignore format: a table.
  const broken: readonly (readonly [why: RegExp, object: Manifest, breakIt: (spec: Manifest) => void])[] = [
    [/ports\[0\]\.port.*65536|between 1 and 65535/, policy, ({ spec }) => { spec.egress[0].ports[0].port = 65_536; }],
    [/policyType/, policy, ({ spec }) => { spec.policyTypes = ['Egres']; }],
    [/cidr/, policy, ({ spec }) => { spec.ingress[1].from[0].ipBlock.cidr = '10.0.0.0/33'; }],
    [/targetPort/, service, ({ spec }) => { spec.ports[0].targetPort = 'Http_Port'; }],
    [/selector/, workload, ({ spec }) => { spec.selector.matchLabels = { app: 'another' }; }],
    [/volumeMounts/, workload, ({ spec }) => { spec.template.spec.volumes = []; }],
    [/livenesProbe: field not declared/, workload, ({ spec }) => { spec.template.spec.containers[0].livenesProbe = {}; }],
    [/verbs/, role, (object) => { object.rules[0].verbs = []; }],
  ];
  for (const [why, object, breakIt] of broken) {
    const copy = structuredClone(object);
    breakIt(copy);
    const { status, body } = await applier.apply(copy, { dryRun: true });
    t.ok(status >= 400, `${object.kind}: ${status}`);
    t.match(body.message, why);
  }
}

/**
 * Checks that the Roles of a release grant its account the permissions that `config permissions` lists for its
 * configuration.
 */
async function grantsTheList(t: Test, server: ApiServer, applier: Applier, release: Release) {
  const { file, objects } = release;
  const { user, namespace: home } = accountOf(objects);
  const rbac = objects.filter(({ apiVersion }) => apiVersion.startsWith('rbac.authorization.k8s.io/'));
  const wanted = await wantedRights(t, release, home);
  const everywhere = objects
    .filter(({ kind }) => kind === 'ClusterRole')
    .flatMap(({ rules }) => rightsOf(rules));
  const asked = [...wanted.values()].flat();
  t.ok(
    everywhere.every((right) => asked.includes(right)),
    `${file}: everywhere only what it needs somewhere`,
  );
  const places = [...new Set([home, 'kube-public', 'kube-system', ...wanted.keys()])];
  const before = new Map<string, readonly string[]>();
  for (const namespace of places) before.set(namespace, await allRights(server, { user, namespace }));

  for (const object of rbac) t.match(await applier.apply(object), { status: 201 }, `${file}: ${object.kind}`);
  await settle(server, user, `${basename(file, '.yaml')}-applied`);
  for (const namespace of places) {
    const asker = { user, namespace };
    const expected = unique([...(wanted.get(namespace) ?? []), ...everywhere]);
    const granted = (await allRights(server, asker)).filter(
      (right) => !before.get(namespace)?.includes(right),
    );
    t.strictSame(unique(granted), expected, `${file}: all rights in ${namespace}`);
    for (const right of expected) t.ok(await isAllowed(server, asker, right), `${right} in ${namespace}`);
    for (const right of NEIGHBOURS) {
      t.equal(await isAllowed(server, asker, right), expected.includes(right), `${right} in ${namespace}`);
    }
    for (const resource of ['pods', 'services', 'secrets']) {
      const { status } = await server.ask(
        'GET',
        `/api/v1/namespaces/${namespace}/${resource}`,
        undefined,
        user,
      );
      t.equal(status, expected.includes(`list ${resource}`) ? 200 : 403, `${resource} of ${namespace}`);
    }
    for (const right of expected.filter((each) => each.split(' ').length === 3)) {
      t.notOk(await isAllowed(server, asker, `${right}-of-another`), `${right} is for one name`);
    }
  }
  for (const object of rbac) await applier.remove(object);
  await settle(server, user, `${basename(file, '.yaml')}-removed`);
}

const unique = (rights: readonly string[]): readonly string[] => [...new Set(rights)].sort();

/** Returns the permissions that the program needs, by namespace, and those that the values add. */
async function wantedRights(
  t: Test,
  { values, objects }: Release,
  home: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const wanted = new Map<string, readonly string[]>();
  const add = (namespace: string, rules: readonly Manifest[]) =>
    wanted.set(namespace, [...(wanted.get(namespace) ?? []), ...rightsOf(rules)]);
  const config = objects.find(({ data }) => data?.['config.yaml'] !== undefined)?.data['config.yaml'];
  if (config?.includes('kubernetes:')) {
    const folder = t.testdir({ 'probe.yaml': config });
    const args = ['config', 'permissions', '--json', '--config', `${folder}/probe.yaml`];
    const { code, stdout, stderr } = await runHere(args, { env: { NODE_NAME: 'node' } });
    t.equal(code, 0, stderr);
    for (const { namespace, rules } of JSON.parse(stdout)) add(namespace ?? home, rules);
  }
  for (const namespace of values.rbac?.namespaces ?? []) add(namespace, DISCOVERY);
  if (values.rbac?.extraRules !== undefined) add(home, values.rbac.extraRules);
  return wanted;
}
