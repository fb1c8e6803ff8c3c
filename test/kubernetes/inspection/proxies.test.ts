import t from 'tap';
import { parseAllDocuments } from 'yaml';
import type { ControllerScope } from '../../../src/config/inspection-settings.ts';
import { systemClock } from '../../../src/daemon/system-clock.ts';
import type { ControllerClusterFacts } from '../../../src/inspection/cluster-facts.ts';
import { connectKubernetes } from '../../../src/kubernetes/api/client.ts';
import { readObjects } from '../../../src/kubernetes/inspection/read-objects.ts';
import { type Case, EXPOSED_KINDS, type Expected, exposedKind } from '../../inspection/cluster.ts';
import { F5_CASES } from '../../inspection/f5-cases.ts';
import { HAPROXY_CASES } from '../../inspection/haproxy-cases.ts';
import { ISTIO_CASES, MESH_POLICY_CASES } from '../../inspection/istio-cases.ts';
import { OPENSHIFT_CASES } from '../../inspection/openshift-cases.ts';
import type { RouteCases } from '../../inspection/proxy-cases.ts';
import { TRAEFIK_CASES } from '../../inspection/traefik-cases.ts';
import { type ApiServer, startApiServer } from '../api-server.ts';
import { apiServerMissing } from '../api-server-program.ts';
import { installKinds } from '../custom-resources.ts';
import { type Manifest, write } from './inspected-objects.ts';

/** Of each rule of each kind: one case where all is right and one where it is not. */
const CASES = [
  TRAEFIK_CASES,
  ISTIO_CASES,
  MESH_POLICY_CASES,
  OPENSHIFT_CASES,
  F5_CASES,
  HAPROXY_CASES,
].flatMap((kind: RouteCases) =>
  Object.entries(kind).flatMap(([rule, cases]) => {
    const usable = cases.filter(({ facts }) => facts === undefined);
    return [
      usable.find(({ found }) => found === null),
      usable.find(({ found }) => expectedOf(found).length > 0),
    ]
      .filter((each) => each !== undefined)
      .map((each) => ({ rule, ...each }));
  }),
);

function expectedOf(found: Case<ControllerClusterFacts>['found']): readonly Expected[] {
  return found === null || found === 'skipped' ? [] : [found].flat();
}

/** The text of a case in namespaces of its own. */
function placed(text: string, namespace: string): string {
  return text
    .replaceAll('ingress-nginx', `${namespace}-edge`)
    .replaceAll(/\bjenkins\/(?!jenkins:)/g, `${namespace}/`)
    .replaceAll('namespace: jenkins', `namespace: ${namespace}`);
}

/** A manifest with what an API server asks for and the tables leave out. */
// biome-ignore lint/suspicious/noExplicitAny: whatever the table writes.
function completed(manifest: any): any {
  const { kind, spec } = manifest;
  const pod = kind === 'Deployment' ? spec.template.spec : kind === 'Pod' ? spec : {};
  for (const each of [...(pod.containers ?? []), ...(pod.initContainers ?? [])]) each.image ??= 'main';
  if (kind === 'Deployment') spec.selector = { matchLabels: spec.template.metadata.labels };
  return manifest;
}

async function writeCase(server: ApiServer, namespace: string, objects: string) {
  const all = parseAllDocuments(placed(objects, namespace)).flatMap((document) => document.toJS() ?? []);
  const isCustom = (each: Manifest) => exposedKind(each) !== undefined;
  await write(server, namespace, all.filter((each) => !isCustom(each)).map(completed));
  for (const { kind, apiVersion, status, ...body } of all.filter(isCustom)) {
    const [, group, plural] = exposedKind({ kind, apiVersion }) ?? [];
    const place = body.metadata.namespace ?? namespace;
    if (place !== namespace) await server.ask('POST', '/api/v1/namespaces', { metadata: { name: place } });
    const path = `/apis/${group}/${versionOf(group)}/namespaces/${place}/${plural}`;
    await server.make('POST', path, { apiVersion: `${group}/${versionOf(group)}`, kind, ...body });
    if (status !== undefined) await server.make('PATCH', `${path}/${body.metadata.name}/status`, { status });
  }
}

function versionOf(group: string | undefined): string {
  if (group === 'traefik.io') return 'v1alpha1';
  return group === 'ingress.v3.haproxy.org' ? 'v3' : 'v1';
}

t.test(
  'proxies and meshes, right and broken, against a real API server',
  { skip: apiServerMissing(), timeout: 300_000 },
  async (t) => {
    const server = await startApiServer({ users: [] });
    const client = await connectKubernetes(server.kubeconfig('admin'), systemClock);
    t.teardown(async () => {
      await client.close();
      await server.stop();
    });
    await installKinds(
      server,
      Object.entries(EXPOSED_KINDS).map(([key, [, group, plural]]) => ({
        ...{ group, plural, kind: key.split(' ').at(-1) ?? key, versions: [versionOf(group)] },
      })),
    );

    for (const [index, { rule, name, objects, found }] of CASES.entries()) {
      await t.test(`${rule}: ${name}`, async (t) => {
        const namespace = `proxy-${index}`;
        await writeCase(server, namespace, objects);
        const scope: ControllerScope = {
          ...{
            role: 'controller-cluster',
            namespace,
            controllers: null,
            agentPort: 50_000,
            exposures: 'auto',
          },
          ...{ ingressNamespaces: [`${namespace}-edge`], provider: 'other', healthNodePort: null },
        };
        const { judge } = await readObjects(client, scope);
        const results = judge({
          ...{ controller: 'main', url: 'https://jenkins.example.com/' },
          ...{ steps: [], announcedPort: null },
        });
        const result = results.find((each) => each.rule === rule);
        const expected = expectedOf(found);
        t.equal(result?.outcome, expected.length > 0 ? 'failed' : 'ok', result?.detail ?? rule);
        for (const [place, { code, object, field, confidence }] of expected.entries()) {
          t.match(result?.findings[place], {
            ...{ code, field, object: placed(object, namespace) },
            ...(confidence === undefined ? {} : { confidence }),
          });
        }
      });
    }
  },
);
