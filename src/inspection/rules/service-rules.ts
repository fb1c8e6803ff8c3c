import { shellWord } from '../../model/shell-word.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { dialledHost } from '../objects/agent-port-demand.ts';
import {
  agentServices,
  controllerPods,
  endpointsOfService,
  ownerOf,
  podsOf,
  readyOf,
} from '../objects/controller-service.ts';
import type { Endpoints, Pod, Service } from '../objects/objects.ts';
import { lastingLabels } from '../objects/selector.ts';

export const SERVICE_RULES: readonly InspectionRule<ControllerClusterFacts>[] = [
  {
    name: 'selector-matches',
    step: 'k8s-service',
    holds: 'the Services of the agent port select the controller',
    needs: ['services', 'pods'],
    codes: ['service-selector-mismatch'],
    find: selectorMatches,
  },
  {
    name: 'endpoints-ready',
    step: 'k8s-service',
    holds: 'the Services of the agent port have a ready endpoint',
    needs: ['services', 'pods', 'endpoints'],
    codes: ['service-endpoints-not-ready', 'ipv6-ipv4-mismatch'],
    find: endpointsReady,
  },
  {
    name: 'one-controller',
    step: 'k8s-service',
    holds: 'each Service has one controller behind it',
    needs: ['services', 'pods', 'endpoints'],
    codes: ['two-controllers-one-service'],
    find: oneController,
  },
];

/** Finds Services of the agent port whose selector does not match the controller. */
function selectorMatches(facts: ControllerClusterFacts): readonly WrongField[] {
  const { pods = [] } = facts;
  const controllers = controllerPods(facts);
  if (controllers.length === 0) return [];
  return agentServices(facts).flatMap((service): WrongField[] => {
    const selector = service.spec?.selector ?? {};
    if (Object.keys(selector).length === 0 || podsOf(service, pods).length > 0) return [];
    if (isOfAnother(service, facts)) return [];
    const nearest = [...controllers].sort((a, b) => distance(selector, a) - distance(selector, b))[0];
    const labels = nearest?.metadata?.labels ?? {};
    const [key = '', wanted = ''] =
      Object.entries(selector).find(([name, value]) => labels[name] !== value) ?? [];
    const shared = Object.entries(labels).filter(([name]) => Object.hasOwn(selector, name));
    const right = shared.length > 0 ? shared : Object.entries(lastingLabels(labels));
    return [
      {
        code: 'service-selector-mismatch',
        object: objectName('Service', service),
        field: `spec.selector[${JSON.stringify(key)}]`,
        actual: wanted,
        expected: `${labels[key] ?? 'a label'} of ${objectName('Pod', nearest ?? {})}`,
        fix: `kubectl -n ${service.metadata?.namespace} set selector service ${service.metadata?.name} ${right
          .map(([name, value]) => `${name}=${value}`)
          .join(',')}`,
        confidence: 'certain',
      },
    ];
  });
}

/**
 * Returns true if a Service that selects nothing may belong to another controller, which is scaled to zero. The running
 * controller has its own Service, and neither a route nor an agent names this one.
 */
function isOfAnother({ metadata }: Service, facts: ControllerClusterFacts): boolean {
  const { pods = [], routes = [], agentPods = [], namespace } = facts;
  const name = metadata?.name ?? '';
  const served = agentServices(facts).some((each) => podsOf(each, pods).length > 0);
  const named =
    routes.some(
      (route) =>
        route.family !== 'service' &&
        route.backends.some((each) => each.name === name && each.namespace === namespace),
    ) || agentPods.some((pod) => dialledHost(pod)?.split('.')[0] === name);
  return served && !named;
}

/** Finds Services of the agent port without a ready endpoint. */
function endpointsReady(facts: ControllerClusterFacts): readonly WrongField[] {
  const { pods = [], endpoints = [] } = facts;
  return agentServices(facts).flatMap((service): readonly WrongField[] => {
    const selected = podsOf(service, pods);
    const found = endpointsOfService(service, endpoints);
    if (selected.length === 0) return [];
    if (readyOf(found).size > 0) return familyWithoutEndpoint(service, found);
    const waiting = (found?.subsets ?? []).flatMap(({ notReadyAddresses = [] }) => notReadyAddresses);
    const pod = waiting[0]?.targetRef?.name ?? selected[0]?.metadata?.name ?? '?';
    return [
      {
        code: 'service-endpoints-not-ready',
        object: `Endpoints ${service.metadata?.namespace}/${service.metadata?.name}`,
        field: waiting.length > 0 ? 'subsets[].notReadyAddresses' : 'subsets',
        actual: waiting.length > 0 ? `only ${pod}, which is not ready` : 'no address',
        expected: 'one ready address',
        fix: `find out why the pod is not ready: kubectl -n ${service.metadata?.namespace} describe pod ${pod}`,
        confidence: 'certain',
      },
    ];
  });
}

/** Finds dual-stack Services without a ready endpoint of one family. Endpoints of old API servers show only the first family. */
function familyWithoutEndpoint(service: Service, found: Endpoints | null): readonly WrongField[] {
  const { ipFamilies = [] } = service.spec ?? {};
  const addresses = [...readyOf(found).keys()];
  const has = (family: string) => addresses.some((address) => address.includes(':') === (family === 'IPv6'));
  const lacking = ipFamilies.filter((family) => !has(family));
  const [family] = lacking;
  if (found?.everyFamily !== true || family === undefined || lacking.length === ipFamilies.length) return [];
  const { namespace = 'default', name = '' } = service.metadata ?? {};
  const first = ipFamilies[0] ?? '';
  const single = JSON.stringify({ spec: { ipFamilyPolicy: 'SingleStack', ipFamilies: [first] } });
  return [
    {
      code: 'ipv6-ipv4-mismatch',
      object: objectName('Service', service),
      field: 'spec.ipFamilies',
      actual: `${ipFamilies.join(', ')}, and no ready endpoint of ${family}`,
      expected: 'a ready endpoint of each family, or one family',
      fix:
        family === first
          ? `give the controller's pod an address of ${family}; ${first} is the first family of the Service and cannot be taken away`
          : `kubectl -n ${shellWord(namespace)} patch service ${shellWord(name)} --type=merge -p ${shellWord(single)}`,
      // Java tries IPv4 first by default.
      confidence: family === 'IPv6' ? 'possible' : 'likely',
    },
  ];
}

/** Finds Services of the agent port with more than one ready controller. */
function oneController(facts: ControllerClusterFacts): readonly WrongField[] {
  const { pods = [], endpoints = [] } = facts;
  return agentServices(facts).flatMap((service): WrongField[] => {
    const ready = [...new Set(readyOf(endpointsOfService(service, endpoints)).values())];
    if (ready.length < 2) return [];
    const owners = ready.map((name) => ownerOf(pods.find(({ metadata }) => metadata?.name === name)));
    const [owner] = owners;
    const { namespace, name } = service.metadata ?? {};
    const finding = {
      code: 'two-controllers-one-service',
      expected: 'one controller',
      confidence: 'certain',
    } as const;
    if (!owner || !owners.every((each) => each?.kind === owner.kind && each.name === owner.name)) {
      return [
        {
          ...finding,
          object: objectName('Service', service),
          field: 'spec.selector',
          actual: `selects ${ready.join(', ')}`,
          fix: `add the label that distinguishes the releases (app.kubernetes.io/instance) to spec.selector of ${name}`,
        },
      ];
    }
    const object = `${owner.kind} ${namespace}/${owner.name}`;
    const actual = `${ready.length} ready pods behind Service ${name}`;
    // Two revisions at once: a rollout that starts the new controller before the old one is gone.
    if (new Set(owners.map((each) => each?.revision)).size > 1) {
      return [
        {
          ...finding,
          object,
          field: 'spec.strategy.type',
          actual: `${actual}, of two revisions`,
          fix: `kubectl -n ${namespace} patch ${owner.kind.toLowerCase()} ${owner.name} -p '{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}'`,
        },
      ];
    }
    return [
      {
        ...finding,
        object,
        field: 'spec.replicas',
        actual,
        fix: `kubectl -n ${namespace} scale ${owner.kind.toLowerCase()}/${owner.name} --replicas=1`,
      },
    ];
  });
}

function distance(selector: Readonly<Record<string, string>>, { metadata }: Pod): number {
  return Object.entries(selector).filter(([key, value]) => metadata?.labels?.[key] !== value).length;
}
