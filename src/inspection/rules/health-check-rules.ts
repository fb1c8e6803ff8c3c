import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { acceptsCode, type HealthCheck, healthCheckOf } from '../objects/health-check.ts';
import {
  AWS,
  annotationOf,
  type Balancer,
  BY_PROVIDER,
  balancersOf,
  listOf,
  targetsPods,
} from '../objects/load-balancer.ts';
import type { StringMap } from '../objects/objects.ts';

export const HEALTH_CHECK_RULES: readonly InspectionRule<ControllerClusterFacts>[] = [
  {
    name: 'no-bare-check',
    step: 'k8s-health-check',
    holds: 'no health check opens bare TCP connections to the agent port',
    needs: ['services', 'pods'],
    codes: ['tcp-healthcheck-log-spam'],
    find: noBareCheck,
    ...BY_PROVIDER,
  },
  {
    name: 'no-hanging-check',
    step: 'k8s-health-check',
    holds: 'no health check uses TLS on the agent port',
    needs: ['services', 'pods'],
    codes: ['healthcheck-wrong-type-hangs'],
    find: noHangingCheck,
    ...BY_PROVIDER,
  },
  {
    name: 'check-path-known',
    step: 'k8s-health-check',
    holds: 'a health check of the agent port requests /',
    needs: ['services', 'pods'],
    codes: ['healthcheck-wrong-path-404'],
    find: checkPathKnown,
    ...BY_PROVIDER,
  },
  {
    name: 'check-fits-every-port',
    step: 'k8s-health-check',
    holds: 'the health check works for every port of its Service',
    needs: ['services', 'pods'],
    codes: ['healthcheck-shared-service-trap'],
    find: checkFitsEveryPort,
    ...BY_PROVIDER,
  },
  {
    name: 'check-sees-listener',
    step: 'k8s-health-check',
    holds: 'the health check tests the agent listener',
    needs: ['services', 'pods'],
    codes: ['healthcheck-blind'],
    find: checkSeesListener,
    ...BY_PROVIDER,
  },
  {
    name: 'local-nodes-told',
    step: 'k8s-health-check',
    holds: 'with externalTrafficPolicy Local the check distinguishes nodes',
    needs: ['services', 'pods'],
    codes: ['externaltrafficpolicy-local-blackhole'],
    find: localNodesTold,
    ...BY_PROVIDER,
  },
];

type Look = (balancer: Balancer, check: HealthCheck, facts: ControllerClusterFacts) => readonly WrongField[];

function eachCheck(facts: ControllerClusterFacts, look: Look): readonly WrongField[] {
  return balancersOf(facts).flatMap((balancer) => {
    const check = healthCheckOf(balancer, facts);
    return check === null ? [] : look(balancer, check, facts);
  });
}

/** Finds checks that connect to the agent port and send nothing: each costs a thread and an EOFException in the Jenkins log. */
function noBareCheck(facts: ControllerClusterFacts): readonly WrongField[] {
  return eachCheck(facts, (balancer, check) => {
    if (check.hits !== 'agent-port' || check.protocol !== 'tcp') return [];
    const nginx = balancer.via === null ? '' : ', through ingress-nginx, which connects for each';
    return [
      {
        code: 'tcp-healthcheck-log-spam',
        object: objectName('Service', balancer.service),
        field: check.fields.protocol,
        actual: `${check.chosen ? 'tcp' : 'not set, so tcp'}: a bare connection to ${balancer.port.port} every ${check.intervalSeconds} s from each load balancer node to each target${nginx}`,
        expected: 'an HTTP check, of GET / on the agent port or of the health of the probe',
        ...checkFix(balancer, facts),
        confidence: 'certain',
      },
    ];
  });
}

/** Finds checks that use TLS on the agent port: Jenkins reads the handshake as a length and waits. */
function noHangingCheck(facts: ControllerClusterFacts): readonly WrongField[] {
  return eachCheck(facts, (balancer, check) => {
    if (check.hits !== 'agent-port' || check.protocol !== 'https') return [];
    return [
      {
        code: 'healthcheck-wrong-type-hangs',
        object: objectName('Service', balancer.service),
        field: check.fields.protocol,
        actual: 'https',
        expected: 'http: the agent port answers a plain GET / only',
        ...checkFix(balancer, facts),
        confidence: 'certain',
      },
    ];
  });
}

/** Finds HTTP checks of the agent port for a path other than `/`, the only one it serves. */
function checkPathKnown(facts: ControllerClusterFacts): readonly WrongField[] {
  return eachCheck(facts, (balancer, check) => {
    if (check.hits !== 'agent-port' || check.protocol !== 'http' || check.path === '/') return [];
    return [
      {
        code: 'healthcheck-wrong-path-404',
        object: objectName('Service', balancer.service),
        field: check.fields.path,
        actual: check.path,
        expected: '/',
        ...checkFix(balancer, facts),
        confidence: 'certain',
      },
    ];
  });
}

/** Finds checks that work for the agent port but not for other ports of the same Service. */
function checkFitsEveryPort(facts: ControllerClusterFacts): readonly WrongField[] {
  return eachCheck(facts, (balancer, check) => {
    const fits = check.hits === 'agent-port' && check.protocol === 'http' && check.path === '/';
    if (!fits || !check.shared || balancer.others.length === 0) return [];
    const throughNginx = balancer.via !== null;
    if (acceptsCode(check.successCodes, throughNginx ? 404 : 403)) return [];
    const others = balancer.others.map(({ port }) => port).join(', ');
    return [
      {
        code: 'healthcheck-shared-service-trap',
        object: objectName('Service', balancer.service),
        field: check.fields.protocol,
        actual: `http GET / for the ports ${balancer.port.port}, ${others} alike: ${throughNginx ? 'nginx answers it with 404 at its web ports' : "Jenkins' web port answers it with 403"}`,
        expected: `a Service of its own for ${balancer.port.port}`,
        fix: [
          splitService(balancer),
          linesOf(awsAnnotations(balancer, 'traffic-port', '/')),
          ...(throughNginx ? [] : [`# or: ${AWS}healthcheck-success-codes: 200-403`]),
        ].join('\n'),
        confidence: 'likely',
      },
    ];
  });
}

/** Finds checks that test only the node, not the agent listener. */
function checkSeesListener(facts: ControllerClusterFacts): readonly WrongField[] {
  return eachCheck(facts, (balancer, check) => {
    if (check.hits !== 'kube-proxy') return [];
    const gke = balancer.kind === 'gke';
    return [
      {
        code: 'healthcheck-blind',
        object: objectName('Service', balancer.service),
        field: check.fields.port,
        actual: `asks kube-proxy for ${check.path} on the node${balancer.service.spec?.healthCheckNodePort ? `, port ${balancer.service.spec.healthCheckNodePort}` : ''}`,
        expected: 'a check that has spoken to the agent listener',
        ...(gke
          ? {
              fix: `the check of a passthrough load balancer cannot be changed: alert on jenkins_agent_probe_up{entrypoint="agent-port"}, or put a proxy load balancer with a HealthCheckPolicy of ${facts.health.path} in front`,
            }
          : checkFix(balancer, facts)),
        confidence: 'certain',
      },
    ];
  });
}

/** Finds checks that cannot distinguish nodes with the pod, which `externalTrafficPolicy: Local` needs. */
function localNodesTold(facts: ControllerClusterFacts): readonly WrongField[] {
  return eachCheck(facts, (balancer, check) => {
    const { service } = balancer;
    if (!isLocal(balancer)) return [];
    // kube-proxy's health port is open on every node, and so is the port of something else: only its answer tells.
    const blind = check.hits === 'other-port' || (check.hits === 'kube-proxy' && check.protocol === 'tcp');
    if (!blind) return [];
    const tcp = check.hits === 'kube-proxy';
    return [
      {
        code: 'externaltrafficpolicy-local-blackhole',
        object: objectName('Service', service),
        field: tcp ? check.fields.protocol : check.fields.port,
        actual: `${tcp ? 'tcp' : 'a port that has nothing to do with the pod'}, with externalTrafficPolicy: Local`,
        expected: `http on ${service.spec?.healthCheckNodePort ?? 'the healthCheckNodePort'}, path /healthz`,
        fix: `take the health check annotations away, so that the default for Local counts, or: kubectl -n ${service.metadata?.namespace} patch service ${service.metadata?.name} -p '{"spec":{"externalTrafficPolicy":"Cluster"}}'`,
        confidence: tcp ? 'certain' : 'likely',
      },
    ];
  });
}

function isLocal(balancer: Balancer): boolean {
  return balancer.service.spec?.externalTrafficPolicy === 'Local' && !targetsPods(balancer);
}

/**
 * What to set instead, by provider: GET / (silent on the controller), or the probe's verdict, which costs it nothing. The
 * verdict is the same on every node, so it does not do where the check has to tell nodes apart.
 */
function checkFix(
  balancer: Balancer,
  { health }: ControllerClusterFacts,
): Pick<WrongField, 'fix' | 'writes'> {
  const { kind, port, others } = balancer;
  const byHealth = health.nodePort !== null && !targetsPods(balancer) && !isLocal(balancer);
  const path = byHealth ? health.path : '/';
  const annotated = (annotations: StringMap) => ({
    fix: ['metadata:', '  annotations:', linesOf(annotations)].join('\n'),
    writes: { annotations },
  });
  if (kind === 'azure') {
    const key = `service.beta.kubernetes.io/port_${port.port}_health-probe_`;
    return annotated({
      [`${key}protocol`]: 'http',
      [`${key}port`]: String(byHealth ? health.nodePort : port.port),
      [`${key}request-path`]: path,
    });
  }
  const annotations = awsAnnotations(balancer, byHealth ? String(health.nodePort) : 'traffic-port', path);
  if (byHealth || others.length === 0) return annotated(annotations);
  return { fix: `${splitService(balancer)}\n${linesOf(annotations)}` };
}

function linesOf(annotations: StringMap): string {
  return Object.entries(annotations)
    .map(([key, value]) => `    ${key}: ${/^\d+$/.test(value) ? `"${value}"` : value}`)
    .join('\n');
}

/** Attributes that keep connected agents while a check is red, longer than the default after which AWS ends them. */
const KEEP_CONNECTIONS = [
  ['target_health_state.unhealthy.connection_termination.enabled', 'false'],
  ['target_health_state.unhealthy.draining_interval_seconds', '86400'],
] as const;

/** The annotations of a check by HTTP; the cloud provider reads the first three alone. */
function awsAnnotations({ kind, service }: Balancer, port: string, path: string): StringMap {
  const kept = listOf(annotationOf(service, `${AWS}target-group-attributes`)).filter(
    (each) => !KEEP_CONNECTIONS.some(([name]) => each.split('=')[0] === name),
  );
  const attributes = [...kept, ...KEEP_CONNECTIONS.map(([name, value]) => `${name}=${value}`)];
  return {
    [`${AWS}healthcheck-protocol`]: 'http',
    [`${AWS}healthcheck-port`]: port,
    [`${AWS}healthcheck-path`]: path,
    ...(kind === 'aws-lbc' && {
      [`${AWS}healthcheck-success-codes`]: '200',
      [`${AWS}target-group-attributes`]: attributes.join(','),
    }),
  };
}

/** A Service of its own for the agent port. Ends where its annotations begin: those that make the same load balancer. */
function splitService({ service: { metadata, spec }, port }: Balancer): string {
  const same = Object.entries(metadata?.annotations ?? {}).filter(([key]) =>
    [`${AWS}type`, `${AWS}nlb-target-type`, `${AWS}scheme`, `${AWS}internal`].includes(key),
  );
  const byClass =
    spec?.loadBalancerClass === undefined ? [] : [`  loadBalancerClass: ${spec.loadBalancerClass}`];
  return [
    'apiVersion: v1',
    'kind: Service',
    'spec:',
    '  type: LoadBalancer',
    ...byClass,
    `  selector: ${JSON.stringify(spec?.selector ?? {})}`,
    `  ports: [{ name: tcp-agent-listener, port: ${port.port}, targetPort: ${port.targetPort ?? port.port} }]`,
    'metadata:',
    `  name: ${metadata?.name}-agent`,
    `  namespace: ${metadata?.namespace}`,
    '  annotations:',
    ...same.map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`),
  ].join('\n');
}
