import { Ajv } from 'ajv';
import { Pod } from 'kubernetes-models/v1';
import t from 'tap';
import { loadSettings } from '../../src/config/load.ts';
import { inspectControllerCluster } from '../../src/inspection/apply-rules.ts';
import type { HealthEndpoint } from '../../src/inspection/cluster-facts.ts';
import type { Provider } from '../../src/model/provider.ts';
import { validatorOf } from './api-models.ts';
import {
  AWS_CLOUD_PROVIDER,
  AWS_CONTROLLER,
  AZURE,
  BackendConfigSpec,
  BackendTrafficPolicySpec,
  HealthCheckPolicySpec,
  LoadBalancerConfigurationSpec,
  TARGET_GROUP_ATTRIBUTES,
  TargetGroupConfigurationSpec,
  TCPRouteSpec,
} from './balancer-api.ts';
import { type Manifest, only, skipWithoutHelm, template } from './chart.ts';
import {
  clusterOf,
  RECIPE_MANIFESTS,
  recipeFile,
  recipeObjects,
  sidecar,
  withoutHealthCheck,
} from './recipes.ts';

const ON_NODES: HealthEndpoint = { nodePort: 31_180, path: '/health/main?entrypoint=agent-port' };
const BESIDE_JENKINS: HealthEndpoint = { nodePort: null, path: '/health/localhost?entrypoint=agent-port' };

interface Checked {
  readonly provider: Provider;
  /** The endpoint of the probe that the check requests. */
  readonly health: HealthEndpoint;
  /** The annotations that the controller of the load balancer reads. */
  readonly read: readonly string[];
}

/** The recipes for a Service in front of the agent port. */
const CHECKED: Readonly<Record<string, Checked>> = {
  'aws-nlb-instance.yaml': { provider: 'aws', health: ON_NODES, read: AWS_CONTROLLER },
  'aws-nlb-ip.yaml': { provider: 'aws', health: BESIDE_JENKINS, read: AWS_CONTROLLER },
  'aws-nlb-in-tree.yaml': { provider: 'aws', health: ON_NODES, read: AWS_CLOUD_PROVIDER },
  'aws-classic.yaml': { provider: 'aws', health: ON_NODES, read: AWS_CLOUD_PROVIDER },
  'azure.yaml': { provider: 'azure', health: ON_NODES, read: AZURE },
  'ingress-nginx.yaml': { provider: 'aws', health: ON_NODES, read: AWS_CONTROLLER },
};
/** Recipes whose check cannot use the probe, and those that are not for the agent port. */
const UNCHECKED = ['aws-gateway.yaml', 'envoy-gateway.yaml', 'gke-passthrough.yaml', 'gke-web.yaml'];

t.test('every manifest of recipes/ is looked at here', async (t) => {
  t.strictSame([...Object.keys(CHECKED), ...UNCHECKED].sort(), [...RECIPE_MANIFESTS].sort());
});

/** Returns the objects of a release beside the controller, installed in the namespace of Jenkins. */
async function probeOnNodes(): Promise<readonly Manifest[]> {
  const { objects } = await template(recipeFile('node-port-values.yaml'), {
    args: ['--namespace', 'jenkins'],
  });
  return objects.filter(({ kind }) => kind === 'Service' || kind === 'Deployment');
}

/** Returns the rules that failed and their codes, by the name of the rule. */
function inspect(objects: readonly Manifest[], provider: Provider, health: HealthEndpoint) {
  const results = inspectControllerCluster(
    clusterOf(objects, { provider, health, beside: health === BESIDE_JENKINS }),
  );
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  return {
    failed: Object.fromEntries(failed.map(({ rule, findings }) => [rule, findings.map(({ code }) => code)])),
    looked: results.filter(({ outcome }) => outcome !== 'skipped').map(({ rule }) => rule),
  };
}

for (const [name, { provider, health, read }] of Object.entries(CHECKED)) {
  t.test(
    `${name}: our own inspection finds nothing wrong, and the bare check without it`,
    {
      skip: skipWithoutHelm,
    },
    async (t) => {
      const objects = [...recipeObjects(name), ...(health === ON_NODES ? await probeOnNodes() : [])];
      for (const each of objects) t.strictSame(validatorOf(each)(each), [], each.kind);
      const { failed, looked } = inspect(objects, provider, health);
      t.strictSame(failed, {});
      for (const rule of [
        'no-bare-check',
        'check-sees-listener',
        'local-nodes-told',
        'idle-longer-than-ping',
      ])
        t.ok(looked.includes(rule), `${rule} was looked at`);
      const bare = inspect(objects.map(withoutHealthCheck), provider, health).failed;
      t.strictSame(bare, { 'no-bare-check': ['tcp-healthcheck-log-spam'] });
    },
  );

  t.test(`${name}: the check goes to where the probe is, and to a controller that it has`, async (t) => {
    const checked = recipeObjects(name).find(({ spec }) => spec?.type === 'LoadBalancer');
    const annotations = Object.entries<string>(checked.metadata.annotations);
    for (const [key] of annotations) t.ok(read.includes(key), `${key} is read`);
    for (const attribute of value(/target-group-attributes$/)?.split(',') ?? [])
      t.match(attribute, TARGET_GROUP_ATTRIBUTES);
    function value(end: RegExp): string | undefined {
      return annotations.find(([key]) => end.test(key))?.[1];
    }
    const port = value(/(healthcheck-|health-probe_)port$/);
    t.equal(value(/(healthcheck-path|health-probe_request-path)$/), health.path);
    t.equal(port, String(health.nodePort ?? sidecar().ports[0].containerPort));
  });
}

t.test(
  'gke-passthrough.yaml: the check is blind, as the documentation says, and nothing else is wrong',
  async (t) => {
    const { failed } = inspect(recipeObjects('gke-passthrough.yaml'), 'gcp', ON_NODES);
    t.strictSame(failed, { 'check-sees-listener': ['healthcheck-blind'] });
  },
);

t.test(
  'gke-web.yaml asks the probe beside Jenkins for the web entrypoint, in both kinds alike',
  async (t) => {
    const [policy, backendConfig] = recipeObjects('gke-web.yaml');
    const check = { port: sidecar().ports[0].containerPort, requestPath: '/health/localhost?entrypoint=web' };
    t.match(policy.spec.default.config, { type: 'HTTP', httpHealthCheck: check });
    t.match(backendConfig.spec.healthCheck, { type: 'HTTP', ...check });
    const ajv = new Ajv({ strict: false });
    t.ok(ajv.validate(HealthCheckPolicySpec, policy.spec), ajv.errorsText());
    t.ok(ajv.validate(BackendConfigSpec, backendConfig.spec), ajv.errorsText());
    t.notOk(ajv.validate(BackendConfigSpec, policy.spec));
  },
);

/** Returns the specs of the objects of a Gateway, by kind. */
const GATEWAY_SPECS: Readonly<Record<string, object>> = {
  TCPRoute: TCPRouteSpec,
  BackendTrafficPolicy: BackendTrafficPolicySpec,
  TargetGroupConfiguration: TargetGroupConfigurationSpec,
  LoadBalancerConfiguration: LoadBalancerConfigurationSpec,
};

t.test(
  "the recipes for Gateways ask the probe beside Jenkins, and lead agents to the chart's Service",
  async (t) => {
    const ajv = new Ajv({ strict: false });
    for (const name of ['aws-gateway.yaml', 'envoy-gateway.yaml']) {
      const objects = recipeObjects(name);
      for (const { kind, spec } of objects)
        t.ok(ajv.validate(GATEWAY_SPECS[kind] ?? false, spec), `${name}: ${kind} ${ajv.errorsText()}`);
      const [route, policy] = objects;
      t.match(route.spec.rules[0].backendRefs, [{ name: 'jenkins-agent', port: 50_000 }]);
      const check = policy.spec.healthCheck?.active ?? policy.spec.defaultConfiguration.healthCheckConfig;
      t.equal(check.http?.path ?? check.healthCheckPath, BESIDE_JENKINS.path);
      t.equal(Number(check.overrides?.port ?? check.healthCheckPort), sidecar().ports[0].containerPort);
      for (const { key, value } of policy.spec.defaultConfiguration?.targetGroupAttributes ?? [])
        t.match(`${key}=${value}`, TARGET_GROUP_ATTRIBUTES);
      t.notOk(ajv.validate(TCPRouteSpec, policy.spec), 'a wrong field would show');
    }
  },
);

t.test(
  'the probe on the nodes has the node port and the controller that the checks ask for',
  {
    skip: skipWithoutHelm,
  },
  async (t) => {
    const rendered = await template(recipeFile('node-port-values.yaml'));
    t.match(only(rendered, 'Service').spec, {
      type: 'NodePort',
      externalTrafficPolicy: 'Cluster',
      ports: [{ nodePort: ON_NODES.nodePort }],
    });
    t.match(
      only(rendered, 'ConfigMap').data['config.yaml'],
      /name: main\n.*tunnel: jenkins-agents\.jenkins/s,
    );
    t.match(only(rendered, 'Deployment').spec.replicas, 2);
  },
);

t.test(
  'the probe beside Jenkins is a container that Kubernetes takes, of the name that the checks ask for',
  async (t) => {
    const container = sidecar();
    new Pod({ metadata: { name: 'jenkins-0' }, spec: { containers: [container] } }).validate();
    t.equal(container.readinessProbe, undefined, 'the verdict takes Jenkins out of no Service');
    const env = Object.fromEntries(container.env.map(({ name, value }: Manifest) => [name, value]));
    const { controllers, listen } = loadSettings({ env });
    t.strictSame(
      controllers.map(({ target }) => target.name),
      ['localhost'],
    );
    t.match(controllers[0]?.target.tunnel, { host: 'localhost', port: 50_000 });
    t.match(listen, { host: '0.0.0.0', port: container.ports[0].containerPort });
  },
);
