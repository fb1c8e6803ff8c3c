import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseAllDocuments } from 'yaml';
import type { ControllerClusterFacts, HealthEndpoint } from '../../src/inspection/cluster-facts.ts';
import type { Provider } from '../../src/model/provider.ts';
import { CHART, type Manifest, readValues } from './chart.ts';

export const recipeFile = (name: string) => join(CHART, 'recipes', name);

/** Every file of recipes/, by name. */
export const RECIPES: readonly string[] = readdirSync(recipeFile(''));

/** Values of this chart. Values of the Jenkins chart have `jenkins` in their file name. */
export const RECIPE_VALUES: readonly string[] = RECIPES.filter(
  (name) => name.endsWith('-values.yaml') && !name.startsWith('jenkins-'),
);

/** Objects to apply in addition to Jenkins. */
export const RECIPE_MANIFESTS: readonly string[] = RECIPES.filter(
  (name) => name.endsWith('.yaml') && !name.endsWith('-values.yaml') && name !== 'envoy.yaml',
);

export const recipeObjects = (name: string): readonly Manifest[] =>
  [...parseAllDocuments(readFileSync(recipeFile(name), 'utf8'))].map((each) => each.toJS());

/** The container that a recipe adds to the controller's pod. */
export const sidecar = (): Manifest =>
  readValues(recipeFile('jenkins-sidecar-values.yaml')).controller.sidecars.additionalSidecarContainers[0];

const LABELS = {
  'app.kubernetes.io/component': 'jenkins-controller',
  'app.kubernetes.io/instance': 'jenkins',
};
const ADDRESSES = [{ ip: '10.1.0.7', targetRef: { kind: 'Pod', name: 'jenkins-0' } }];

/** Returns the objects for an inspection: those of the Jenkins chart and those of a recipe. */
export function clusterOf(
  objects: readonly Manifest[],
  { provider, health, beside }: { provider: Provider; health: HealthEndpoint; beside: boolean },
): ControllerClusterFacts {
  const jenkins = {
    name: 'jenkins',
    image: 'jenkins/jenkins:lts',
    ports: [
      { name: 'http', containerPort: 8080 },
      { name: 'agent-listener', containerPort: 50_000 },
    ],
  };
  const web: Manifest = {
    kind: 'Service',
    metadata: { name: 'jenkins', namespace: 'jenkins' },
    spec: { type: 'ClusterIP', selector: LABELS, ports: [{ name: 'http', port: 8080, targetPort: 8080 }] },
  };
  const all = [web, ...objects.map(asStored)];
  const of = (kind: string, namespace: string) =>
    all.filter((each) => each.kind === kind && each.metadata.namespace === namespace);
  const services = of('Service', 'jenkins');
  return {
    namespace: 'jenkins',
    agentPort: 50_000,
    url: 'https://jenkins.example.com/',
    health,
    provider,
    readAt: 0,
    namespaceLabels: {},
    pods: [
      {
        metadata: { name: 'jenkins-0', namespace: 'jenkins', labels: LABELS },
        spec: { containers: [jenkins, ...(beside ? [sidecar()] : [])] },
      },
      ...of('Deployment', 'jenkins').map(({ metadata, spec }) => ({
        metadata: { name: `${metadata.name}-0`, namespace: 'jenkins', labels: spec.template.metadata.labels },
        spec: spec.template.spec,
      })),
    ],
    agentPods: [],
    services,
    endpoints: services
      .filter(({ spec }) => isDeepStrictEqual(spec.selector, LABELS))
      .map(({ metadata, spec }) => ({
        metadata,
        subsets: [
          {
            addresses: ADDRESSES,
            ports: spec.ports.map(({ name, targetPort }: Manifest) => ({ name, port: targetPort })),
          },
        ],
      })),
    ingresses: [],
    networkPolicies: [],
    ingressWorkloads: [
      {
        metadata: { name: 'ingress-nginx-controller', namespace: 'ingress-nginx' },
        spec: {
          template: {
            metadata: {
              labels: {
                'app.kubernetes.io/name': 'ingress-nginx',
                'app.kubernetes.io/component': 'controller',
              },
            },
            spec: {
              containers: [
                {
                  image: 'registry.k8s.io/ingress-nginx/controller:v1',
                  args: ['--tcp-services-configmap=ingress-nginx/tcp-services'],
                },
              ],
            },
          },
        },
      },
    ],
    ingressServices: of('Service', 'ingress-nginx'),
    ingressPods: [],
    configMaps: of('ConfigMap', 'ingress-nginx'),
  };
}

/** Returns a Service with the node ports that the API server adds. */
function asStored(object: Manifest): Manifest {
  const { kind, spec } = object;
  if (kind !== 'Service' || spec.type !== 'LoadBalancer') return object;
  const ports = spec.ports.map((port: Manifest, index: number) => ({ nodePort: 32_000 + index, ...port }));
  const local = spec.externalTrafficPolicy === 'Local';
  return { ...object, spec: { ...spec, ports, ...(local && { healthCheckNodePort: 32_100 }) } };
}

/** Returns the object without its annotations about health checks. */
export function withoutHealthCheck(object: Manifest): Manifest {
  const annotations = Object.entries(object.metadata.annotations ?? {}).filter(
    ([key]) => !/healthcheck|health-probe/.test(key),
  );
  return { ...object, metadata: { ...object.metadata, annotations: Object.fromEntries(annotations) } };
}
