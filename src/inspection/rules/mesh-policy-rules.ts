import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { dialsService } from '../objects/agent-port-demand.ts';
import { agentServices, podsOf } from '../objects/controller-service.ts';
import type { Pod } from '../objects/objects.ts';
import { lastingLabels, matchesSelector } from '../objects/selector.ts';
import { exposureObjects } from '../routes/exposure-objects.ts';
import { PEER_AUTHENTICATIONS, type PeerAuthentication } from '../routes/istio-objects.ts';
import { policyAllowsPort } from './mesh-authorization.ts';
import { EXCLUDED_PORTS, guardedPods, isGuarded, isInMesh, ROOT_NAMESPACE } from './mesh-guard.ts';

export const MESH_POLICY_RULES: readonly InspectionRule<ControllerClusterFacts>[] = [
  {
    name: 'mesh-takes-plain-tcp',
    step: 'k8s-mesh',
    holds: 'the mesh accepts agents from outside it',
    needs: ['pods', 'services', 'agentPods'],
    codes: ['mesh-strict-mtls'],
    applies: isGuarded,
    find: takesPlainTcp,
  },
  {
    name: 'mesh-policy-allows-port',
    step: 'k8s-mesh',
    holds: 'no AuthorizationPolicy denies the agent port',
    needs: ['pods', 'agentPods'],
    codes: ['mesh-policy-denies-port'],
    applies: isGuarded,
    find: policyAllowsPort,
  },
];

/** Finds STRICT PeerAuthentications that refuse the plain TCP of agents and load balancers outside the mesh. */
function takesPlainTcp(facts: ControllerClusterFacts): readonly WrongField[] {
  const [pod] = guardedPods(facts);
  const policy = pod === undefined ? null : strictPolicy(pod, facts);
  if (pod === undefined || policy === null) return [];
  // An agent that connects through a gateway of the mesh is not affected.
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
        `# controller: { podAnnotations: { ${EXCLUDED_PORTS}: "${facts.agentPort}" } }`,
      ].join('\n'),
      confidence: outside === undefined ? 'likely' : 'certain',
    },
  ];
}

/** The policy that makes the agent port of a pod STRICT: that of the pod, else of its namespace, else of the mesh. */
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
