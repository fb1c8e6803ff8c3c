import t from 'tap';
import { parseAllDocuments } from 'yaml';
import type { AgentScope, ControllerScope } from '../../../src/config/inspection-settings.ts';
import { systemClock } from '../../../src/daemon/system-clock.ts';
import type { ControllerClusterFacts } from '../../../src/inspection/cluster-facts.ts';
import { connectKubernetes } from '../../../src/kubernetes/api/client.ts';
import { readObjects } from '../../../src/kubernetes/inspection/read-objects.ts';
import { type Case, EXPOSED_KINDS, type Expected, exposedKind } from '../../inspection/cluster.ts';
import { CONTOUR_CASES } from '../../inspection/contour-cases.ts';
import { EMISSARY_CASES } from '../../inspection/emissary-cases.ts';
import { F5_CASES } from '../../inspection/f5-cases.ts';
import { GATEWAY_SETTING_CASES } from '../../inspection/gateway-setting-cases.ts';
import { HAPROXY_CASES } from '../../inspection/haproxy-cases.ts';
import { ISTIO_CASES, MESH_POLICY_CASES } from '../../inspection/istio-cases.ts';
import { KONG_CASES } from '../../inspection/kong-cases.ts';
import { OPENSHIFT_CASES } from '../../inspection/openshift-cases.ts';
import type { RouteCases } from '../../inspection/proxy-cases.ts';
import { TRAEFIK_CASES } from '../../inspection/traefik-cases.ts';
import { type ApiServer, startApiServer } from '../api-server.ts';
import { apiServerMissing } from '../api-server-program.ts';
import { installKinds } from '../custom-resources.ts';
import { type Manifest, write } from './inspected-objects.ts';

/** Of each rule of each kind: one case where all is right and one where it is not; of policies, one for each kind of policy. */
const CASES = [
  TRAEFIK_CASES,
  ISTIO_CASES,
  MESH_POLICY_CASES,
  OPENSHIFT_CASES,
  F5_CASES,
  HAPROXY_CASES,
  CONTOUR_CASES,
  KONG_CASES,
  EMISSARY_CASES,
  GATEWAY_SETTING_CASES,
].flatMap((kind: RouteCases) =>
  Object.entries(kind).flatMap(([rule, cases]) => {
    const usable = cases.filter(({ facts }) => facts === undefined);
    const broken = usable.filter(({ found }) => expectedOf(found).length > 0);
    const byKind = new Map(
      broken.toReversed().map((each) => [expectedOf(each.found)[0]?.object.split(' ')[0], each]),
    );
    const chosen = kind === GATEWAY_SETTING_CASES ? [...byKind.values()] : broken.slice(0, 1);
    return [usable.find(({ found }) => found === null), ...chosen]
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

/** An agent with Istio's sidecar, whose controller is in the namespace `jenkins`. */
const MESHED_AGENT = (namespace: string): Manifest => ({
  kind: 'Pod',
  metadata: { name: 'agent', namespace, labels: { jenkins: 'slave' } },
  spec: {
    containers: [
      {
        ...{ name: 'jnlp', image: 'jenkins/inbound-agent' },
        env: [{ name: 'JENKINS_URL', value: 'http://jenkins.jenkins.svc.cluster.local:8080/' }],
      },
      { name: 'istio-proxy', image: 'istio/proxyv2' },
    ],
  },
});

/** The API server has addresses for some hundred Services alone. */
async function removeServices(server: ApiServer, namespace: string): Promise<void> {
  for (const place of [namespace, `${namespace}-edge`]) {
    const path = `/api/v1/namespaces/${place}/services`;
    const { body } = await server.ask('GET', path);
    for (const { metadata } of (body as { items?: { metadata: { name: string } }[] }).items ?? []) {
      await server.make('DELETE', `${path}/${metadata.name}`);
    }
  }
}

/** The version of each group whose objects are written; v1 where it is not named. */
const VERSIONS: Readonly<Record<string, string>> = {
  'traefik.io': 'v1alpha1',
  'gateway.envoyproxy.io': 'v1alpha1',
  'ingress.v3.haproxy.org': 'v3',
  'configuration.konghq.com': 'v1beta1',
  'getambassador.io': 'v3alpha1',
};

function versionOf(group = ''): string {
  return VERSIONS[group] ?? 'v1';
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
    await installKinds(server, [
      { group: 'networking.istio.io', kind: 'Sidecar', plural: 'sidecars', versions: ['v1'] },
      { group: 'networking.istio.io', kind: 'ServiceEntry', plural: 'serviceentries', versions: ['v1'] },
    ]);

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
        await removeServices(server, namespace);
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

    for (const [namespace, hosts, found] of [
      ['egress-open', ['jenkins/*'], []],
      ['egress-closed', ['./*'], ['mesh-egress-closed']],
    ] as const) {
      await t.test(`mesh-egress-open: ${hosts.join(', ')}`, async (t) => {
        await write(server, namespace, [MESHED_AGENT(namespace)]);
        const path = `/apis/networking.istio.io/v1/namespaces/${namespace}/sidecars`;
        const spec = { egress: [{ hosts }], outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } };
        await server.make('POST', path, {
          ...{ apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', metadata: { name: 'default' }, spec },
        });
        const scope: AgentScope = {
          ...{ role: 'agent-cluster', namespace, controllers: null, account: null },
          ...{ bindingNamespaces: null, dynamicVolumes: false, tokens: false },
        };
        const { judge } = await readObjects(client, scope);
        const results = judge({ controller: 'main', url: null, steps: [], announcedPort: null });
        const result = results.find(({ rule }) => rule === 'mesh-egress-open');
        t.same(
          result?.findings.map(({ code }) => code),
          found,
          result?.detail ?? 'no result',
        );
      });
    }
  },
);
