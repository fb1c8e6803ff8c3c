import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { objectName, type WrongField } from '../finding.ts';
import { agentContainer, environmentValue } from '../objects/agent-container.ts';
import { dialsService } from '../objects/agent-port-demand.ts';
import type { Pod } from '../objects/objects.ts';
import { lastingLabels, matchesSelector } from '../objects/selector.ts';
import { exposureObjects } from '../routes/exposure-objects.ts';
import { AUTHORIZATION_POLICIES, type AuthorizationPolicy } from '../routes/istio-objects.ts';
import { guardedPods, isInMesh, ROOT_NAMESPACE } from './mesh-guard.ts';
import { type Caller, HTTP_SOURCES, sourceAnswer } from './mesh-source.ts';

/*
 * AuthorizationPolicies on a TCP port. Fields of HTTP never match there in an ALLOW rule; a DENY rule leaves them out and
 * matches by what is left (istio.io: tasks/security/authorization/authz-tcp).
 */

type Rule = NonNullable<NonNullable<AuthorizationPolicy['spec']>['rules']>[number];

const HTTP_OPERATIONS = ['hosts', 'notHosts', 'methods', 'notMethods', 'paths', 'notPaths'];

/** Finds AuthorizationPolicies that deny raw TCP to the agent port of the controller. */
export function policyAllowsPort(facts: ControllerClusterFacts): readonly WrongField[] {
  const [pod] = guardedPods(facts);
  if (pod === undefined) return [];
  const policies = exposureObjects('istio', facts)
    .of(AUTHORIZATION_POLICIES)
    .filter((policy) => selects(policy, pod, facts));
  const actionOf = ({ spec }: AuthorizationPolicy) => spec?.action ?? 'ALLOW';
  const callers = callersOf(facts);
  const denied = policies
    .filter((policy) => actionOf(policy) === 'DENY')
    .flatMap((policy) => denials(policy, callers, facts.agentPort));
  if (denied.length > 0) return denied.slice(0, 1);
  const allowing = policies.filter((policy) => actionOf(policy) === 'ALLOW');
  return allowing.length === 0 ? [] : notAllowed(allowing, callers, pod, facts);
}

/** Agents that connect to the controller directly, not through a gateway. */
function callersOf(facts: ControllerClusterFacts): readonly Caller[] {
  return (facts.agentPods ?? [])
    .filter((pod) => isByPort(pod) && dialsService(pod, facts))
    .map((pod) => ({
      name: objectName('Pod', pod),
      namespace: pod.metadata?.namespace ?? facts.namespace,
      account: pod.spec?.serviceAccountName ?? 'default',
      inMesh: isInMesh(pod),
    }));
}

function isByPort(pod: Pod): boolean {
  const agent = agentContainer(pod);
  return agent === null || environmentValue(agent, 'JENKINS_WEB_SOCKET') !== 'true';
}

/** A policy with targetRefs is for a gateway or waypoint. */
function selects({ metadata, spec }: AuthorizationPolicy, pod: Pod, facts: ControllerClusterFacts): boolean {
  if (spec?.targetRef !== undefined || (spec?.targetRefs ?? []).length > 0) return false;
  const home = pod.metadata?.namespace ?? facts.namespace;
  if (metadata?.namespace !== home && metadata?.namespace !== ROOT_NAMESPACE) return false;
  return spec?.selector === undefined || matchesSelector(spec.selector, pod.metadata?.labels);
}

function notAllowed(
  allowing: readonly AuthorizationPolicy[],
  callers: readonly Caller[],
  pod: Pod,
  facts: ControllerClusterFacts,
): readonly WrongField[] {
  const [first] = allowing;
  const rules = allowing
    .flatMap(({ spec }) => spec?.rules ?? [])
    .filter((rule) => mayAllow(rule, facts.agentPort));
  const outside =
    rules.length === 0 ? undefined : callers.find((caller) => !rules.some((rule) => mayCall(rule, caller)));
  if (first === undefined || (rules.length > 0 && outside === undefined)) return [];
  const count = `${allowing.length} ALLOW ${allowing.length === 1 ? 'policy selects' : 'policies select'} the controller`;
  return [
    {
      code: 'mesh-policy-denies-port',
      object: objectName('AuthorizationPolicy', first),
      field: 'spec.rules',
      actual:
        outside === undefined
          ? `${count}, and no rule allows raw TCP to port ${facts.agentPort}`
          : `${count}, and no rule for port ${facts.agentPort} allows ${describeCaller(outside)}`,
      expected: `a rule for port ${facts.agentPort} that admits the agents and has no HTTP fields`,
      fix: [
        'apiVersion: security.istio.io/v1',
        'kind: AuthorizationPolicy',
        `metadata: { name: jenkins-agents, namespace: ${facts.namespace} }`,
        'spec:',
        `  selector: { matchLabels: ${JSON.stringify(lastingLabels(pod.metadata?.labels ?? {}))} }`,
        '  action: ALLOW',
        `  rules: [{ to: [{ operation: { ports: ["${facts.agentPort}"] } }] }]`,
      ].join('\n'),
      confidence: outside === undefined ? 'certain' : 'likely',
    },
  ];
}

function describeCaller({ name, namespace, account, inMesh }: Caller): string {
  return inMesh
    ? `${name} (namespace ${namespace}, account ${account})`
    : `${name}, which is not in the mesh and so has no identity`;
}

/** Returns true if an ALLOW rule may match raw TCP to a port, from any source. */
function mayAllow({ from = [], to = [], when = [] }: Rule, port: number): boolean {
  const source =
    from.length === 0 ||
    from.some(({ source: each }) => !(each?.fields ?? []).some((key) => HTTP_SOURCES.includes(key)));
  const operation =
    to.length === 0 ||
    to.some(
      ({ operation: each }) =>
        !(each?.fields ?? []).some((field) => HTTP_OPERATIONS.includes(field)) && takesPort(each, port),
    );
  const condition = when.every(
    ({ key = '', values, notValues }) =>
      !key.startsWith('request.') &&
      (key !== 'destination.port' || takesPort({ ports: values, notPorts: notValues }, port)),
  );
  return source && operation && condition;
}

function mayCall({ from = [] }: Rule, caller: Caller): boolean {
  return from.length === 0 || from.some(({ source }) => sourceAnswer(source, caller) !== 'no');
}

/** Absent lists name no port. */
interface PortLists {
  readonly ports?: readonly string[] | undefined;
  readonly notPorts?: readonly string[] | undefined;
}

function takesPort({ ports, notPorts }: PortLists = {}, port: number): boolean {
  const wanted = String(port);
  return (ports === undefined || ports.includes(wanted)) && !(notPorts ?? []).includes(wanted);
}

/** The rules of a DENY policy that match connections of agents to the agent port. */
function denials(
  policy: AuthorizationPolicy,
  callers: readonly Caller[],
  port: number,
): readonly WrongField[] {
  return (policy.spec?.rules ?? []).flatMap(({ from = [], to = [], when = [] }, index) => {
    const operation =
      to.length === 0 ||
      to.some(({ operation: each }) => (each?.fields ?? []).length > 0 && takesPort(each, port));
    // A condition is not judged.
    if (!operation || when.length > 0) return [];
    if (from.length === 0) return [denial(policy, index, to, port, null)];
    const caller = callers.find((each) => from.some(({ source }) => sourceAnswer(source, each) === 'yes'));
    return caller === undefined ? [] : [denial(policy, index, to, port, caller)];
  });
}

function denial(
  policy: AuthorizationPolicy,
  index: number,
  to: NonNullable<Rule['to']>,
  port: number,
  caller: Caller | null,
): WrongField {
  const http = to.some(({ operation }) =>
    (operation?.fields ?? []).some((field) => HTTP_OPERATIONS.includes(field)),
  );
  const named = to.some(({ operation }) => operation?.ports !== undefined);
  const what = http
    ? 'a DENY rule with HTTP fields and without ports, which denies every connection that is not HTTP'
    : `a DENY rule that matches port ${port}`;
  return {
    code: 'mesh-policy-denies-port',
    object: objectName('AuthorizationPolicy', policy),
    field: `spec.rules[${index}].to`,
    actual: caller === null ? what : `${what}, and connections of ${describeCaller(caller)}`,
    expected: http ? 'ports in each operation' : `a rule that does not match port ${port}`,
    fix:
      http || !named
        ? `add the web port to each operation of spec.rules[${index}].to: ports: ["8080"]`
        : `remove ${port} from the ports of spec.rules[${index}].to`,
    confidence: caller === null ? 'certain' : 'likely',
  };
}
