import { HostPortError, parseHostPort, parseTunnel } from '../../protocol/host-port.ts';
import type { AgentClusterFacts } from '../cluster-facts.ts';
import { mergeAlike, objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { agentContainer, environmentValue } from '../objects/agent-container.ts';
import type { Container, Pod } from '../objects/objects.ts';

export const AGENT_ENVIRONMENT_RULES: readonly InspectionRule<AgentClusterFacts>[] = [
  {
    name: 'environment-agrees',
    step: 'k8s-agent-environment',
    holds: "the agents' connection settings agree",
    needs: ['agentPods'],
    codes: [
      'tunnel-with-websocket',
      'tunnel-with-direct',
      'tunnel-has-scheme',
      'tunnel-missing-port',
      'tunnel-empty',
      'agent-host-invalid-for-uri',
      'instance-identity-missing',
    ],
    find: environmentAgrees,
  },
];

const CLOUD = 'JCasC: jenkins.clouds[].kubernetes';

/** Finds connection settings in the agents' environment that are malformed or contradict each other. */
function environmentAgrees({ agentPods = [] }: AgentClusterFacts): readonly WrongField[] {
  return mergeAlike(
    agentPods.flatMap((pod) => {
      const container = agentContainer(pod);
      return container === null ? [] : findingsOf(pod, container);
    }),
  );
}

function findingsOf(pod: Pod, container: Container): readonly WrongField[] {
  const wrong = (variable: string, given: Wrong): WrongField => ({
    object: objectName('Pod', pod),
    field: `spec.containers[name=${container.name}].env[name=${variable}]`,
    confidence: 'certain',
    ...given,
  });
  // The script of the image ignores an empty variable.
  const value = (name: string) => environmentValue(container, name) || null;
  const tunnel = value('JENKINS_TUNNEL');
  const direct = value('JENKINS_DIRECT_CONNECTION');
  // Only the value "true" enables WebSocket.
  const websocket = value('JENKINS_WEB_SOCKET') === 'true';
  return [
    ...(tunnel === null ? [] : wrongTunnels(tunnel, direct, websocket)).map((each) =>
      wrong('JENKINS_TUNNEL', each),
    ),
    ...(direct === null ? [] : wrongDirects(direct)).map((each) => wrong('JENKINS_DIRECT_CONNECTION', each)),
    ...(direct === null || !lacks(container, 'JENKINS_INSTANCE_IDENTITY')
      ? []
      : [wrong('JENKINS_INSTANCE_IDENTITY', missingIdentity(direct))]),
    ...wrongUrls(value('JENKINS_URL'), tunnel, direct, websocket).map((each) => wrong('JENKINS_URL', each)),
  ];
}

type Wrong = Pick<WrongField, 'code' | 'actual' | 'expected' | 'fix'> &
  Partial<Pick<WrongField, 'confidence'>>;

function wrongTunnels(tunnel: string, direct: string | null, websocket: boolean): readonly Wrong[] {
  const problem = problemOf(() => parseTunnel(tunnel));
  const fix = `${CLOUD}.jenkinsTunnel: ""`;
  return [
    ...(websocket
      ? [
          {
            code: 'tunnel-with-websocket' as const,
            actual: `${tunnel}, with JENKINS_WEB_SOCKET=true`,
            expected: 'not set: WebSocket takes no tunnel',
            fix,
          },
        ]
      : []),
    ...(direct !== null
      ? [
          {
            code: 'tunnel-with-direct' as const,
            actual: `${tunnel}, with JENKINS_DIRECT_CONNECTION=${direct}`,
            expected: 'not set: a direct connection takes no tunnel',
            fix,
          },
        ]
      : []),
    ...(problem === null
      ? []
      : [
          {
            code: problem.code,
            actual: tunnel,
            expected: problem.message,
            fix: `${CLOUD}.jenkinsTunnel: "HOST:PORT"`,
          },
        ]),
  ];
}

function wrongDirects(direct: string): readonly Wrong[] {
  const problem = problemOf(() => parseHostPort(direct));
  if (problem === null) return [];
  return [
    {
      code: problem.code,
      actual: direct,
      expected: problem.message,
      fix: "set the controller's -Dhudson.TcpSlaveAgentListener.hostName=HOST; the plugin builds the address from it",
    },
  ];
}

function missingIdentity(direct: string): Wrong {
  return {
    code: 'instance-identity-missing',
    actual: `not set, with JENKINS_DIRECT_CONNECTION=${direct}`,
    expected:
      'the public key of the controller: without it an agent refuses to start (-direct requires -instanceIdentity)',
    fix: 'install the instance-identity plugin on the controller; the kubernetes plugin takes JENKINS_INSTANCE_IDENTITY from it',
  };
}

/**
 * Finds an underscore in the host that an agent dials: Java makes a URI of it and rejects the underscore. A tunnel's
 * host replaces the URL's. So does a host that the controller announces, which is not visible here. HTTP alone accepts
 * any name.
 */
function wrongUrls(
  url: string | null,
  tunnel: string | null,
  direct: string | null,
  websocket: boolean,
): readonly Wrong[] {
  const dialsOther = direct !== null || (tunnel !== null && !tunnel.startsWith(':'));
  if (!hostOf(url)?.includes('_') || dialsOther) return [];
  return [
    {
      code: 'agent-host-invalid-for-uri',
      actual: (url ?? '').replace(/\/\/[^/?#]*@/, '//***@'),
      expected: 'a host name of letters, digits, "-" and "."',
      fix: `${CLOUD}.jenkinsUrl with a DNS name; a Service name cannot hold "_", so a container or hosts entry does`,
      confidence: websocket ? 'possible' : 'likely',
    },
  ];
}

function problemOf(parse: () => unknown): HostPortError | null {
  try {
    parse();
    return null;
  } catch (error) {
    if (error instanceof HostPortError) return error;
    throw error;
  }
}

/** Returns true if a variable is missing or empty. A value from a Secret or a ConfigMap is not visible here. */
function lacks({ env = [] }: Container, name: string): boolean {
  const given = env.find((each) => each.name === name);
  return given === undefined || given.value === '';
}

function hostOf(url: string | null): string | null {
  return url === null ? null : (/^[a-z]+:\/\/(?:[^/?#]*@)?([^/:?#]+)/i.exec(url)?.[1] ?? null);
}
