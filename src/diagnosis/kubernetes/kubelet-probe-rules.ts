import { controllerPods } from './controller-service.ts';
import type { ControllerClusterFacts } from './facts.ts';
import { type Finding, mergeAlike, objectName } from './finding.ts';
import type { Container, KubeletProbe, Pod } from './objects.ts';

const KINDS = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

/** The kubelet's probes of the controller do not connect bare to the agent port, and ask it for what it knows. */
export function kubeletProbesFit(facts: ControllerClusterFacts): readonly Finding[] {
  return mergeAlike(
    controllerPods(facts).flatMap((pod) =>
      (pod.spec?.containers ?? []).flatMap((container) =>
        KINDS.flatMap((kind) => {
          const probe = container[kind];
          return probe === undefined ? [] : findingsOf(pod, container, kind, probe, facts.agentPort);
        }),
      ),
    ),
  );
}

function findingsOf(
  pod: Pod,
  container: Container,
  kind: (typeof KINDS)[number],
  { tcpSocket, httpGet, periodSeconds = 10 }: KubeletProbe,
  agentPort: number,
): readonly Finding[] {
  const toAgents = (port: number | string | undefined) =>
    port === agentPort ||
    container.ports?.some(({ name, containerPort }) => name === port && containerPort === agentPort) === true;
  const owner = pod.metadata?.ownerReferences?.[0];
  const place = owner === undefined ? 'spec' : 'spec.template.spec';
  const finding = (given: Pick<Finding, 'code' | 'field' | 'actual' | 'expected'>): readonly Finding[] => [
    {
      step: 'k8s-health-check',
      object:
        owner === undefined
          ? objectName('Pod', pod)
          : `${owner.kind} ${pod.metadata?.namespace}/${owner.name}`,
      fix: `${kind}: { httpGet: { path: /, port: ${agentPort}, scheme: HTTP } }, or the web port's /login`,
      confidence: 'certain',
      ...given,
      field: `${place}.containers[name=${container.name}].${kind}.${given.field}`,
    },
  ];
  if (tcpSocket !== undefined && toAgents(tcpSocket.port)) {
    return finding({
      code: 'tcp-healthcheck-log-spam',
      field: 'tcpSocket',
      actual: `a bare connection to ${agentPort} every ${periodSeconds} s`,
      expected: 'httpGet',
    });
  }
  if (httpGet === undefined || !toAgents(httpGet.port)) return [];
  if (httpGet.scheme === 'HTTPS') {
    return finding({
      code: 'healthcheck-wrong-type-hangs',
      field: 'httpGet.scheme',
      actual: 'HTTPS',
      expected: 'HTTP: the agent port answers a plain GET / only',
    });
  }
  if ((httpGet.path ?? '/') !== '/') {
    return finding({
      code: 'healthcheck-wrong-path-404',
      field: 'httpGet.path',
      actual: String(httpGet.path),
      expected: '/',
    });
  }
  return [];
}
