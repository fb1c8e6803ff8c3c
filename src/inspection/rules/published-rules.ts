import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { jsonPatch, objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { agentServices } from '../objects/controller-service.ts';
import type { Service } from '../objects/objects.ts';
import { sharingConflict } from '../objects/shared-address.ts';
import { isAlive, routesFor } from '../routes/route-purpose.ts';

export const PUBLISHED_RULES: readonly InspectionRule<ControllerClusterFacts>[] = [
  {
    name: 'agent-port-published',
    step: 'k8s-service',
    holds: 'a known object publishes the agent port',
    needs: ['services', 'pods'],
    codes: ['load-balancer-pending'],
    find: balancersHaveAddress,
    undecided: { fact: 'exposures', why: (facts) => unpublished(facts, 'agents') },
  },
  {
    name: 'web-port-published',
    step: 'k8s-service',
    holds: 'a known object publishes the web port',
    needs: ['services', 'pods'],
    codes: [],
    find: () => [],
    undecided: { fact: 'exposures', why: (facts) => unpublished(facts, 'web') },
  },
];

/** A load balancer without an address after this time is a failure. */
const PENDING_MS = 300_000;

/** Finds Services of type LoadBalancer for agents without an address. */
function balancersHaveAddress(facts: ControllerClusterFacts): readonly WrongField[] {
  return agentServices(facts).flatMap((service): WrongField[] => {
    const { metadata, spec, status } = service;
    const age = facts.readAt - Date.parse(metadata?.creationTimestamp ?? '');
    const assigned = (status?.loadBalancer?.ingress ?? []).length > 0;
    if (spec?.type !== 'LoadBalancer' || assigned) return [];
    const conflict = conflictOf(service, facts);
    if (conflict !== null) return [conflict];
    if (!(age > PENDING_MS)) return [];
    return [
      {
        code: 'load-balancer-pending',
        object: objectName('Service', service),
        field: 'status.loadBalancer.ingress',
        actual: `no address ${Math.floor(age / 60_000)} minutes after creation`,
        expected: 'an address',
        fix: `find the cause: kubectl -n ${metadata?.namespace} describe service ${metadata?.name} (Events); if the cluster has no load balancer controller, use a NodePort or install MetalLB`,
        confidence: 'certain',
      },
    ];
  });
}

/** Returns the finding for a Service that cannot share the address of another one; null without a conflict. */
function conflictOf(service: Service, { services = [] }: ControllerClusterFacts): WrongField | null {
  for (const other of services) {
    const why = other === service ? null : sharingConflict(service, other);
    if (why === null || (other.status?.loadBalancer?.ingress ?? []).length === 0) continue;
    return {
      code: 'load-balancer-pending',
      object: objectName('Service', service),
      field: 'status.loadBalancer.ingress',
      actual: `no address: MetalLB cannot share that of ${objectName('Service', other)}, as ${why}`,
      expected: 'Services that may share an address: different ports, and externalTrafficPolicy: Cluster',
      fix: [service, other]
        .map((each) =>
          jsonPatch('Service', each, [{ op: 'add', path: '/spec/externalTrafficPolicy', value: 'Cluster' }]),
        )
        .join('\n'),
      confidence: 'likely',
    };
  }
  return null;
}

const NAMES = { agents: 'the agent port', web: 'the web port' } as const;

/** The sentence that no known object publishes a port; null if one does. Agents of the cluster need only a Service. */
function unpublished(facts: ControllerClusterFacts, purpose: 'agents' | 'web'): string | null {
  if (routesFor(facts, null, purpose).some(isAlive)) return null;
  if ((facts.agentPods ?? []).length > 0 && (purpose === 'web' || agentServices(facts).length > 0))
    return null;
  return `no known object publishes ${NAMES[purpose]} outside the cluster`;
}
