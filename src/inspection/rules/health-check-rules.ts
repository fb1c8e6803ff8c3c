import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { acceptsCode, type HealthCheck, healthCheckOf } from '../objects/health-check.ts';
import { AWS, type Balancer, BY_PROVIDER, balancersOf } from '../objects/load-balancer.ts';
import { awsAnnotations, checkFix, isLocal, linesOf, splitService } from './health-check-fixes.ts';

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
