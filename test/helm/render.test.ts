import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import t from 'tap';
import { validatorOf } from './api-models.ts';
import {
  CHART,
  CI_FILES,
  ciFile,
  containerOf,
  EXAMPLES,
  exampleFile,
  helm,
  type Manifest,
  skipWithoutHelm,
  template,
} from './chart.ts';
import { RECIPE_VALUES, recipeFile } from './recipes.ts';
import { checkPod } from './rendered-config.ts';

t.test(
  'every file of ci/ and examples/ and every recipe is linted, rendered, and right in itself',
  { skip: skipWithoutHelm },
  async (t) => {
    t.ok(CI_FILES.length > 10, 'there are files');
    t.ok(EXAMPLES.length >= 20, 'there are examples');
    const paths = [...CI_FILES.map(ciFile), ...EXAMPLES.map(exampleFile), ...RECIPE_VALUES.map(recipeFile)];
    for (const path of paths) {
      await t.test(basename(path), async (t) => {
        const lint = await helm(['lint', CHART, '--strict', '--values', path]);
        t.equal(lint.code, 0, lint.stderr || lint.stdout);
        const rendered = await template(path);
        t.equal(rendered.code, 0, rendered.stderr);

        const places = rendered.objects.map(
          (each) => `${each.kind} ${each.metadata.namespace} ${each.metadata.name}`,
        );
        t.equal(new Set(places).size, places.length, 'no two objects are one');
        for (const each of rendered.objects) {
          t.strictSame(validatorOf(each)(each), [], `${each.kind} is what the API takes`);
        }
        checkPods(t, rendered.objects);
        checkSelectors(t, rendered.objects);
        const checked = await checkPod(t, rendered);
        if (checked !== null) t.match(checked, { code: 0 }, `config check accepts it: ${checked.stderr}`);
      });
    }
  },
);

/** Checks that a pod has only the privileges that it needs. */
function checkPods(t: Tap, objects: readonly Manifest[]): void {
  const pods = objects.flatMap((each) =>
    each.kind === 'Pod' ? [each.spec] : (each.spec?.template?.spec ?? []),
  );
  for (const pod of pods) {
    t.equal(pod.securityContext.runAsNonRoot, true);
    // OpenShift chooses the user.
    t.ok((pod.securityContext.runAsUser ?? 65_532) > 0);
    t.equal(pod.securityContext.seccompProfile.type, 'RuntimeDefault');
    const ours = [...(pod.initContainers ?? []), ...pod.containers].filter(({ image }) =>
      image.includes('jenkins-agent-probe'),
    );
    t.ok(ours.length > 0);
    for (const { name, image, securityContext, resources, volumeMounts = [] } of ours) {
      t.equal(securityContext.readOnlyRootFilesystem, true, name);
      t.equal(securityContext.allowPrivilegeEscalation, false, name);
      t.strictSame(securityContext.capabilities.drop, ['ALL'], name);
      t.notOk(securityContext.privileged, name);
      t.ok(resources.requests.cpu && resources.requests.memory && resources.limits.memory, name);
      t.notMatch(image, /(^\/|:latest$|:$|@$)/, name);
      for (const mount of volumeMounts) t.equal(mount.subPath, undefined, 'a subPath would never be updated');
      const volumes = (pod.volumes ?? []).map((each: Manifest) => each.name);
      for (const mount of volumeMounts) t.ok(volumes.includes(mount.name), `${mount.name} is a volume`);
    }
  }
}

/** Checks that Services, monitors, policies and budgets select existing pods, and ports of these pods. */
function checkSelectors(t: Tap, objects: readonly Manifest[]): void {
  const workload = objects.find(({ kind }) => kind === 'Deployment' || kind === 'DaemonSet');
  const { labels } = workload.spec.template.metadata;
  const selects = (wanted: Record<string, string>) =>
    Object.entries(wanted).every(([key, value]) => labels[key] === value);
  t.ok(selects(workload.spec.selector.matchLabels), 'the workload selects its pods');
  const ports = workload.spec.template.spec.containers.flatMap((each: Manifest) => each.ports ?? []);
  const names = ports.map(({ name }: Manifest) => name);
  t.equal(new Set(names).size, names.length, 'each port has a name of its own');
  for (const { kind, spec, metadata } of objects) {
    if (kind === 'Service') {
      t.ok(selects(spec.selector), metadata.name);
      for (const { targetPort } of spec.ports)
        t.ok(names.includes(targetPort), `${metadata.name} ${targetPort}`);
    }
    if (kind === 'NetworkPolicy') t.ok(selects(spec.podSelector.matchLabels), kind);
    if (kind === 'PodDisruptionBudget') t.ok(selects(spec.selector.matchLabels), kind);
    if (kind === 'PodMonitor') {
      t.ok(selects(spec.selector.matchLabels), kind);
      t.ok(names.includes(spec.podMetricsEndpoints[0].port), kind);
    }
    if (kind === 'ServiceMonitor') {
      const service = objects.find(
        (each) => each.kind === 'Service' && !each.metadata.name.endsWith('-health'),
      );
      for (const [key, value] of Object.entries(spec.selector.matchLabels)) {
        t.equal(service.metadata.labels[key], value, 'the ServiceMonitor selects the Service');
      }
      t.ok(service.spec.ports.some(({ name }: Manifest) => name === spec.endpoints[0].port));
      t.strictSame(spec.namespaceSelector.matchNames, [service.metadata.namespace]);
    }
  }
}

type Tap = Pick<typeof t, 'ok' | 'notOk' | 'equal' | 'strictSame' | 'notMatch'>;

t.test('with its defaults the chart renders the demo, and says so', { skip: skipWithoutHelm }, async (t) => {
  const bare = await template({});
  t.equal(bare.code, 0, bare.stderr);
  t.equal(containerOf(bare).args[0], 'demo');
  const installed = await helm(['install', 'probe', CHART, '--dry-run=client', '--namespace', 'ci']);
  t.match(installed.stdout, /This is the demo\. .*\n[\s\S]*--set 'config\.controllers\[0\]\.name=main'/);
});

t.test('the notes name the health path of each controller', { skip: skipWithoutHelm }, async (t) => {
  const url = 'https://jenkins.example.com/';
  const many = Array.from({ length: 12 }, (_, index) => ({ name: `c${index}`, url }));
  const sockets = { name: 'sockets', url, websocket: 'only' };
  const service = { type: 'NodePort', nodePort: 31180 };
  const one = await notes({ config: { controllers: [sockets] } });
  t.match(one, 'To read the verdict on sockets:\n');
  t.match(
    one,
    /second terminal:\n\n {2}curl -i 'http:\/\/127\.0\.0\.1:9180\/health\/sockets\?entrypoint=websocket'$/m,
  );
  t.notMatch(one, /load balancer/);
  const both = await notes({ service, config: { controllers: [{ name: 'main', url }, sockets] } });
  t.match(both, 'To read the verdict on each controller:\n');
  t.match(
    both,
    /node port 31180 and the path of the controller:\n\n {2}\/health\/main\?entrypoint=agent-port\n {2}\/health\/sockets\?entrypoint=websocket\n/,
  );
  const lines = (await notes({ service, config: { controllers: many } })).split('\n');
  t.equal(lines.filter((line) => line.startsWith('  /health/')).length, 10);
  t.equal(lines.filter((line) => line === '  and 2 more').length, 2, 'below both lists');
  t.match(await notes({}), "'http://127.0.0.1:9180/health'\n", 'the demo');
});

/** Returns the notes that `helm install` prints. */
async function notes(values: Readonly<Record<string, unknown>>): Promise<string> {
  const set = Object.entries(values).flatMap(([key, value]) => [
    '--set-json',
    `${key}=${JSON.stringify(value)}`,
  ]);
  const { code, stdout, stderr } = await helm(['install', 'probe', CHART, '--dry-run=client', ...set]);
  return code === 0 ? stdout.slice(stdout.indexOf('NOTES:')) : stderr;
}

t.test('values that cannot go together are refused', { skip: skipWithoutHelm }, async (t) => {
  const listen = await template({ config: { listen: { port: 9180 } } });
  t.not(listen.code, 0, 'a configuration without controllers');
  t.match(listen.stderr, /config has no controllers/);
  const both = await template({ demo: true, config: { controllers: [{ name: 'a', url: 'https://a/' }] } });
  t.not(both.code, 0);
  t.match(both.stderr, /cannot be used together/);
  const monitor = await template({
    demo: true,
    service: { enabled: false },
    serviceMonitor: { enabled: true },
  });
  t.not(monitor.code, 0);
  t.match(monitor.stderr, /podMonitor/);
});

t.test('the chart says which version it is', async (t) => {
  const read = (path: string) => readFileSync(`${CHART}${path}`, 'utf8');
  const { version } = JSON.parse(readFileSync(`${CHART}../../package.json`, 'utf8'));
  t.match(read('Chart.yaml'), new RegExp(`^version: ${version}$`, 'm'));
  t.match(read('Chart.yaml'), new RegExp(`^appVersion: ${version}$`, 'm'));
});
