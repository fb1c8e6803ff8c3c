import type { Code } from '../../catalogue/codes.ts';
import { atMost } from '../../catalogue/entry.ts';
import { shellWord } from '../../model/shell-word.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import type { WrongField } from '../finding.ts';
import { hostOf, isTakenElsewhere, webBackend } from '../objects/discovery-route.ts';
import type { Route, RouteBackend, RouteFamily } from '../routes/route.ts';
import {
  agentBackend,
  destinationOf,
  purposeOf,
  routesFor,
  takesAgents,
  usedBackends,
} from '../routes/route-purpose.ts';

/** Finds routes of the controller whose backend does not exist, may not be referenced, or is the wrong port. */
export function backendsStand(family: RouteFamily, facts: ControllerClusterFacts): readonly WrongField[] {
  const found = new Map<string, WrongField>();
  const elsewhere = isTakenElsewhere(facts, family);
  for (const route of routesFor(facts, family, null)) {
    // Where another proxy serves the host as well, agents may not use this route.
    const limit = elsewhere && route.protocol === 'http' ? 'likely' : 'certain';
    for (const wrong of wrongBackends(route, family, facts)) {
      const confidence = atMost(limit, wrong.confidence);
      found.set(JSON.stringify([wrong.code, wrong.object, wrong.field]), { ...wrong, confidence });
    }
  }
  return [...found.values()];
}

function wrongBackends(
  route: Route,
  family: RouteFamily,
  facts: ControllerClusterFacts,
): readonly WrongField[] {
  const refused: Code = family === 'gateway' ? 'gateway-backend-refused' : 'ingress-no-backend-503';
  const used = usedBackends(route);
  const [first] = route.backends;
  if (!takesAgents(route, facts)) {
    return used
      .flatMap((backend) => wrongBackend(route, backend, refused, facts))
      .filter(({ code }) => code === 'url-points-at-agent-port' || code === 'alb-or-http-lb-on-50000');
  }
  if (first !== undefined && used.length === 0) {
    return [
      { ...wrong(refused, route, first, 'every weight is 0', facts), field: `${first.origin.field}.weight` },
    ];
  }
  const found = used.flatMap((backend) => wrongBackend(route, backend, refused, facts));
  if (found.length > 0) return found;
  const rejected = route.attachments.find(({ rejectedBackend }) => rejectedBackend !== null)?.rejectedBackend;
  if (rejected === undefined || rejected === null || first === undefined) return [];
  return [
    {
      ...wrong(refused, route, first, '', facts),
      field: rejected.field,
      actual: rejected.actual,
      expected: rejected.expected,
    },
  ];
}

function wrongBackend(
  route: Route,
  backend: RouteBackend,
  refused: Code,
  facts: ControllerClusterFacts,
): readonly WrongField[] {
  if (backend.forbidden !== null) {
    const { certain, ...problem } = backend.forbidden;
    return [{ ...problem, code: 'gateway-backend-refused', confidence: certain ? 'certain' : 'likely' }];
  }
  const { field, actual } = backend.origin;
  const forAgents = purposeOf(route, facts) === 'agents';
  switch (destinationOf(backend, facts)) {
    case 'no-service':
      return [
        {
          ...wrong(refused, route, backend, `${actual}: the Service does not exist`, facts),
          field: `${field}.name`,
        },
      ];
    case 'no-port':
      return [
        {
          ...wrong(refused, route, backend, `${actual}: the Service has no such port`, facts),
          field: `${field}.port`,
        },
      ];
    case 'web-port':
      if (!forAgents) return [];
      return [wrong('alb-or-http-lb-on-50000', route, backend, `${actual}: the web port`, facts)];
    case 'agent-port':
      if (forAgents) return [];
      if (isForAgentsAlone(route, facts)) return [throughRequests(route, backend, facts)];
      return [wrong('url-points-at-agent-port', route, backend, `${actual}: the agent port`, facts)];
    default:
      return [];
  }
}

/** Returns true if an HTTP route that targets the agent port has another host than the Jenkins URL. */
function isForAgentsAlone({ protocol, hosts }: Route, { url }: ControllerClusterFacts): boolean {
  const host = hostOf(url);
  return protocol === 'http' && host !== null && hosts.length > 0 && !hosts.includes(host);
}

function throughRequests(route: Route, backend: RouteBackend, facts: ControllerClusterFacts): WrongField {
  const { name, port } = agentBackend(facts);
  const [kind = '', place = ''] = route.object.split(' ');
  const [namespace = '', own = ''] = place.split('/');
  return {
    ...wrong('alb-or-http-lb-on-50000', route, backend, `${backend.origin.actual}: the agent port`, facts),
    expected: 'a plain TCP route: this one carries only HTTP, or TLS with a server name',
    fix: `give agents WebSocket (JCasC: jenkins.clouds[].kubernetes.webSocket: true), or publish ${name}:${port} with a Service of type LoadBalancer or NodePort; then: kubectl -n ${shellWord(namespace)} delete ${kind.toLowerCase()} ${shellWord(own)}`,
  };
}

function wrong(
  code: Code,
  route: Route,
  { origin, pointTo }: RouteBackend,
  actual: string,
  facts: ControllerClusterFacts,
): WrongField {
  const right = purposeOf(route, facts) === 'agents' ? agentBackend(facts) : webBackend(route, facts);
  const { object, field } = origin;
  return {
    ...{ code, object, field, actual },
    expected: `${right.name}:${right.port}`,
    fix: pointTo(right),
    confidence: 'certain',
  };
}
