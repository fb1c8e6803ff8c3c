import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { mergeAlike, objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { controllerPods, ownerOf } from '../objects/controller-service.ts';
import type { Container, KubeletProbe, Pod } from '../objects/objects.ts';

export const KUBELET_PROBE_RULES: readonly InspectionRule<ControllerClusterFacts>[] = [
  {
    name: 'kubelet-probes-fit',
    step: 'k8s-health-check',
    holds: 'the kubelet probes are safe for the agent port',
    needs: ['pods'],
    codes: ['tcp-healthcheck-log-spam', 'healthcheck-wrong-type-hangs', 'healthcheck-wrong-path-404'],
    find: kubeletProbesFit,
  },
];

/** Programs, and the device files of bash, that connect without sending anything. */
const CONNECTS = /\b(nc|ncat|netcat|telnet)\b|\/dev\/tcp\//;
const KINDS = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

/** Finds kubelet probes that open bare connections to the agent port or request an unknown path. */
function kubeletProbesFit(facts: ControllerClusterFacts): readonly WrongField[] {
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
  { tcpSocket, httpGet, exec, grpc, periodSeconds = 10 }: KubeletProbe,
  agentPort: number,
): readonly WrongField[] {
  const toAgents = (port: number | string | undefined) =>
    port === agentPort ||
    container.ports?.some(({ name, containerPort }) => name === port && containerPort === agentPort) === true;
  const owner = ownerOf(pod);
  const place = owner === null ? 'spec' : 'spec.template.spec';
  const finding = (
    given: Pick<WrongField, 'code' | 'field' | 'actual' | 'expected'> &
      Partial<Pick<WrongField, 'confidence'>>,
  ): readonly WrongField[] => [
    {
      object:
        owner === null ? objectName('Pod', pod) : `${owner.kind} ${pod.metadata?.namespace}/${owner.name}`,
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
  const command = exec?.command?.join(' ') ?? '';
  // The Ping of the agent port uses the same programs and is safe.
  if (
    CONNECTS.test(command) &&
    new RegExp(`\\b${agentPort}\\b`).test(command) &&
    !command.includes('Protocol:')
  ) {
    return finding({
      code: 'tcp-healthcheck-log-spam',
      field: 'exec.command',
      // The command may contain a password.
      actual: `a command that connects bare to ${agentPort}, every ${periodSeconds} s`,
      expected: 'httpGet',
      confidence: 'likely',
    });
  }
  if (grpc?.port === agentPort) {
    return finding({
      code: 'healthcheck-wrong-type-hangs',
      field: 'grpc',
      actual: 'gRPC',
      expected: 'httpGet: the agent port answers a plain GET / only',
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
  if (!['', '/'].includes(httpGet.path ?? '/')) {
    return finding({
      code: 'healthcheck-wrong-path-404',
      field: 'httpGet.path',
      actual: String(httpGet.path),
      expected: '/',
    });
  }
  return [];
}
