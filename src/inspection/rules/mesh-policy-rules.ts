import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { agentPortDemand, dialsService } from '../objects/agent-port-demand.ts';
import { agentServices, controllerPods, podsOf } from '../objects/controller-service.ts';
import type { Pod } from '../objects/objects.ts';
import { lastingLabels, matchesSelector } from '../objects/selector.ts';
import { exposureObjects } from '../routes/all-readers.ts';
import {
  AUTHORIZATION_POLICIES,
  type AuthorizationPolicy,
  PEER_AUTHENTICATIONS,
  type PeerAuthentication,
} from '../routes/istio-objects.ts';

/** Where policies for the whole mesh are, unless it was installed in another namespace. */
const ROOT_NAMESPACE = 'istio-system';
const EXCLUDED = 'traffic.sidecar.istio.io/excludeInboundPorts';

export const MESH_POLICY_RULES: readonly InspectionRule<ControllerClusterFacts>[] = [
  {
    name: 'mesh-takes-plain-tcp',
    step: 'k8s-mesh',
    holds: 'the mesh takes agents from outside it',
    needs: ['pods', 'services', 'agentPods'],
    codes: ['mesh-strict-mtls'],
    applies: isGuarded,
    find: takesPlainTcp,
  },
  {
    name: 'mesh-policy-allows-port',
    step: 'k8s-mesh',
    holds: 'no AuthorizationPolicy denies the agent port',
    needs: ['pods'],
    codes: ['mesh-policy-denies-port'],
    applies: isGuarded,
    find: policyAllowsPort,
  },
];

/** Whether a mesh guards an agent port that somebody may need. */
function isGuarded(facts: ControllerClusterFacts): boolean {
  return guardedPods(facts).length > 0 && agentPortDemand(facts) !== 'nobody';
}

/** The controllers' pods that are in a mesh whose objects were read, and whose agent port the mesh guards. */
function guardedPods(facts: ControllerClusterFacts): readonly Pod[] {
  const read = (facts.exposures ?? []).some(
    ({ name, unreadable }) => name === 'istio' && unreadable === undefined,
  );
  if (!read) return [];
  return controllerPods(facts).filter((pod) => {
    const excluded = (pod.metadata?.annotations?.[EXCLUDED] ?? '').split(',').map((port) => port.trim());
    return isInMesh(pod) && !excluded.includes(String(facts.agentPort)) && !excluded.includes('*');
  });
}

/** A sidecar, or the mark that Istio's node agent leaves in ambient mode. */
function isInMesh({ metadata, spec }: Pod): boolean {
  return (
    metadata?.annotations?.['ambient.istio.io/redirection'] === 'enabled' ||
    [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].some(({ name }) => name === 'istio-proxy')
  );
}

/** Agents and load balancers outside the mesh speak plain TCP: no STRICT PeerAuthentication keeps them out. */
function takesPlainTcp(facts: ControllerClusterFacts): readonly WrongField[] {
  const [pod] = guardedPods(facts);
  const policy = pod === undefined ? null : strictPolicy(pod, facts);
  if (pod === undefined || policy === null) return [];
  // One that dials a gateway of the mesh is let in by it.
  const outside = (facts.agentPods ?? []).find((agent) => !isInMesh(agent) && dialsService(agent, facts));
  const service = agentServices(facts).find(
    (each) =>
      (each.spec?.type === 'LoadBalancer' || each.spec?.type === 'NodePort') &&
      podsOf(each, [pod]).length > 0,
  );
  if (outside === undefined && service === undefined) return [];
  const from =
    outside === undefined
      ? `${objectName('Service', service ?? {})} leads to it from outside the mesh`
      : `${objectName('Pod', outside)} is not in the mesh`;
  return [
    {
      code: 'mesh-strict-mtls',
      object: objectName('PeerAuthentication', policy.object),
      field: policy.field,
      actual: `STRICT for port ${facts.agentPort}, and ${from}`,
      expected: `PERMISSIVE for port ${facts.agentPort}`,
      fix: [
        'apiVersion: security.istio.io/v1',
        'kind: PeerAuthentication',
        `metadata: { name: jenkins-agents, namespace: ${facts.namespace} }`,
        'spec:',
        `  selector: { matchLabels: ${JSON.stringify(lastingLabels(pod.metadata?.labels ?? {}))} }`,
        '  mtls: { mode: STRICT }',
        `  portLevelMtls: { "${facts.agentPort}": { mode: PERMISSIVE } }`,
        `# Or take the port out of the mesh. Values of the Jenkins chart:`,
        `# controller: { podAnnotations: { ${EXCLUDED}: "${facts.agentPort}" } }`,
      ].join('\n'),
      confidence: outside === undefined ? 'likely' : 'certain',
    },
  ];
}

/** The policy that makes the agent port of a pod STRICT: its own, else its namespace's, else the mesh's. */
function strictPolicy(
  pod: Pod,
  facts: ControllerClusterFacts,
): { readonly object: PeerAuthentication; readonly field: string } | null {
  const all = exposureObjects('istio', facts).of(PEER_AUTHENTICATIONS);
  const home = pod.metadata?.namespace ?? facts.namespace;
  const hasSelector = ({ spec }: PeerAuthentication) => spec?.selector !== undefined;
  const own = all.find(
    (each) =>
      hasSelector(each) &&
      each.metadata?.namespace === home &&
      matchesSelector(each.spec?.selector ?? {}, pod.metadata?.labels),
  );
  const port = own?.spec?.portLevelMtls?.[String(facts.agentPort)];
  if (own !== undefined && port !== undefined && port !== 'UNSET') {
    return port === 'STRICT' ? { object: own, field: `spec.portLevelMtls["${facts.agentPort}"].mode` } : null;
  }
  const inherited = [home, ROOT_NAMESPACE].flatMap(
    (namespace) => all.find((each) => !hasSelector(each) && each.metadata?.namespace === namespace) ?? [],
  );
  for (const each of [...(own === undefined ? [] : [own]), ...inherited]) {
    const mode = each.spec?.mtls?.mode ?? 'UNSET';
    if (mode !== 'UNSET') return mode === 'STRICT' ? { object: each, field: 'spec.mtls.mode' } : null;
  }
  return null;
}

type Rule = NonNullable<NonNullable<AuthorizationPolicy['spec']>['rules']>[number];

const HTTP_OPERATIONS = ['hosts', 'notHosts', 'methods', 'notMethods', 'paths', 'notPaths'];
const HTTP_SOURCES = ['requestPrincipals', 'notRequestPrincipals', 'remoteIpBlocks', 'notRemoteIpBlocks'];

/** The AuthorizationPolicies that select the controller let raw TCP in to the agent port. */
function policyAllowsPort(facts: ControllerClusterFacts): readonly WrongField[] {
  const [pod] = guardedPods(facts);
  if (pod === undefined) return [];
  const policies = exposureObjects('istio', facts)
    .of(AUTHORIZATION_POLICIES)
    .filter((policy) => selects(policy, pod, facts));
  const actionOf = ({ spec }: AuthorizationPolicy) => spec?.action ?? 'ALLOW';
  const denied = policies
    .filter((policy) => actionOf(policy) === 'DENY')
    .flatMap((policy) =>
      (policy.spec?.rules ?? []).flatMap((rule, index) => (deniesAll(rule) ? [denial(policy, index)] : [])),
    );
  if (denied.length > 0) return denied.slice(0, 1);
  const allowing = policies.filter((policy) => actionOf(policy) === 'ALLOW');
  const [first] = allowing;
  if (
    first === undefined ||
    allowing.some(({ spec }) => (spec?.rules ?? []).some((rule) => mayAllow(rule, facts)))
  ) {
    return [];
  }
  return [
    {
      code: 'mesh-policy-denies-port',
      object: objectName('AuthorizationPolicy', first),
      field: 'spec.rules',
      actual: `${allowing.length} ALLOW ${allowing.length === 1 ? 'policy selects' : 'policies select'} the controller, and no rule lets raw TCP in to port ${facts.agentPort}`,
      expected: `a rule for port ${facts.agentPort} without fields of HTTP`,
      fix: [
        'apiVersion: security.istio.io/v1',
        'kind: AuthorizationPolicy',
        `metadata: { name: jenkins-agents, namespace: ${facts.namespace} }`,
        'spec:',
        `  selector: { matchLabels: ${JSON.stringify(lastingLabels(pod.metadata?.labels ?? {}))} }`,
        '  action: ALLOW',
        `  rules: [{ to: [{ operation: { ports: ["${facts.agentPort}"] } }] }]`,
      ].join('\n'),
      confidence: 'certain',
    },
  ];
}

/** A policy with targetRefs is for a gateway or waypoint. */
function selects({ metadata, spec }: AuthorizationPolicy, pod: Pod, facts: ControllerClusterFacts): boolean {
  if (spec?.targetRef !== undefined || (spec?.targetRefs ?? []).length > 0) return false;
  const home = pod.metadata?.namespace ?? facts.namespace;
  if (metadata?.namespace !== home && metadata?.namespace !== ROOT_NAMESPACE) return false;
  return spec?.selector === undefined || matchesSelector(spec.selector, pod.metadata?.labels);
}

/** Fields of HTTP never match raw TCP, so an ALLOW rule with one never allows it; sources are not judged here. */
function mayAllow(rule: Rule, { agentPort }: ControllerClusterFacts): boolean {
  const { from = [], to = [], when = [] } = rule;
  const source =
    from.length === 0 || from.some(({ source = [] }) => !source.some((key) => HTTP_SOURCES.includes(key)));
  const operation =
    to.length === 0 ||
    to.some(
      ({ operation }) =>
        !(operation?.fields ?? []).some((field) => HTTP_OPERATIONS.includes(field)) &&
        (operation?.ports === undefined || operation.ports.includes(String(agentPort))),
    );
  return source && operation && !when.some(({ key = '' }) => key.startsWith('request.'));
}

/** A DENY rule leaves fields of HTTP out for raw TCP: without ports nothing of it is left, and it denies every connection. */
function deniesAll({ from = [], to = [], when = [] }: Rule): boolean {
  return (
    from.length === 0 &&
    when.length === 0 &&
    to.some(({ operation }) => {
      const { fields = [] } = operation ?? {};
      return fields.length > 0 && fields.every((field) => HTTP_OPERATIONS.includes(field));
    })
  );
}

function denial(policy: AuthorizationPolicy, index: number): WrongField {
  return {
    code: 'mesh-policy-denies-port',
    object: objectName('AuthorizationPolicy', policy),
    field: `spec.rules[${index}].to`,
    actual:
      'a DENY rule with fields of HTTP and without ports, which denies every connection that is not HTTP',
    expected: 'the ports that it is meant for',
    fix: `add the web port to each operation of spec.rules[${index}].to: ports: ["8080"]`,
    confidence: 'certain',
  };
}
