import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { jsonPatch, type WrongField } from '../finding.ts';
import { agentContainer, environmentValue } from '../objects/agent-container.ts';
import { sharingKey } from '../objects/shared-address.ts';
import type { FieldOrigin, Route, RouteFamily, RouteListener } from '../routes/route.ts';
import { isAlive, routesFor } from '../routes/route-purpose.ts';

const EXPECTED = 'plain TCP: an agent sends no TLS handshake and no server name first';

/** Finds listeners for agents that do not accept plain TCP. */
export function listenersPlain(family: RouteFamily, facts: ControllerClusterFacts): readonly WrongField[] {
  const found = new Map<string, WrongField>();
  for (const route of routesFor(facts, family, 'agents')) {
    for (const wrong of notPlain(route)) found.set(`${wrong.code} ${wrong.object} ${wrong.field}`, wrong);
  }
  return [...found.values()];
}

function notPlain(route: Route): readonly WrongField[] {
  const listeners = route.attachments.flatMap(({ listeners: each }) => each);
  const finding = (code: WrongField['code'], origin: FieldOrigin): WrongField => ({
    ...origin,
    code,
    expected: EXPECTED,
    confidence: 'certain',
  });
  const ends = listeners.find(({ tls }) => tls === 'terminate');
  const { serverName } = route;
  if (serverName !== null) {
    return [finding(ends === undefined ? 'sni-needed-on-agent-port' : 'tls-terminated-on-50000', serverName)];
  }
  return listeners.flatMap((each): WrongField[] => {
    const code = codeOfListener(each);
    return code === null ? [] : [finding(code, each.origin)];
  });
}

function codeOfListener({ protocol, tls }: RouteListener): WrongField['code'] | null {
  if (protocol === 'http') return 'alb-or-http-lb-on-50000';
  if (tls === 'terminate') return 'tls-terminated-on-50000';
  return tls === 'passthrough' ? 'sni-needed-on-agent-port' : null;
}

/** Finds routes for agents that capture the web port: a proxy tries TCP routers before HTTP, and distinguishes only TLS. */
export function webPortFree(family: RouteFamily, facts: ControllerClusterFacts): readonly WrongField[] {
  const web = (facts.routes ?? [])
    .filter((route) => route.protocol === 'http' && route.family === family)
    .flatMap(({ attachments }) => attachments.flatMap(({ listeners }) => listeners))
    .filter(({ tls, name }) => tls === 'none' && name !== null)
    .map(({ name }) => name?.toLowerCase());
  const finding = (origin: FieldOrigin, confidence: WrongField['confidence']): WrongField => ({
    ...origin,
    ...{ code: 'tcp-route-takes-web-port', confidence },
    expected: 'a separate entry point for the agent port',
  });
  return routesFor(facts, family, 'agents').flatMap((route) => {
    if (route.serverName !== null || route.protocol !== 'tcp') return [];
    if (route.everyListener !== undefined) return [finding(route.everyListener, 'likely')];
    const shared = route.attachments
      .flatMap(({ listeners }) => listeners)
      .filter(({ name }) => name !== null && web.includes(name.toLowerCase()));
    return shared
      .slice(0, 1)
      .map(({ origin }) => finding({ ...origin, fix: ownEntryPoint(route) }, 'certain'));
  });
}

function ownEntryPoint({ source, object }: Route): string {
  const [kind = ''] = object.split(' ');
  return jsonPatch(kind, source, [{ op: 'add', path: '/spec/entryPoints', value: ['agents'] }]);
}

/**
 * The port and address where agents are published are those that Jenkins announces, or agents are told otherwise. Where
 * agents outside the cluster get theirs from is not seen, so a probe has to agree.
 */
export function addressAnnounced(family: RouteFamily, facts: ControllerClusterFacts): readonly WrongField[] {
  // Agents of this cluster use the port of the Service itself.
  if (family === 'service' && (facts.agentPods ?? []).length > 0) return [];
  if (agentsAreTold(facts)) return [];
  const announced = facts.announcedPort ?? facts.agentPort;
  const all = routesFor(facts, null, 'agents').filter(isAlive);
  const own = all.filter((route) => route.family === family);
  const listeners = (routes: readonly Route[]) =>
    routes.flatMap(({ attachments }) => attachments.flatMap((each) => each.listeners));
  const ports = listeners(all).flatMap(({ port }) => port ?? []);
  const [route] = own;
  const [first] = listeners(own);
  if (route === undefined || first === undefined) return [];
  const address = first.addresses[0] ?? 'ADDRESS';
  const fix = (port: number) =>
    `give agents the tunnel ${address}:${port} (JCasC: jenkins.clouds[].kubernetes.jenkinsTunnel), or start Jenkins with -Dhudson.TcpSlaveAgentListener.hostName=${address} -Dhudson.TcpSlaveAgentListener.port=${port}`;
  if (ports.length > 0 && !ports.includes(announced) && first.port !== null) {
    return [
      {
        code: 'advertised-port-mismatch',
        object: first.origin.object,
        field: first.origin.field,
        actual: `${first.port}, while Jenkins announces ${announced} to agents`,
        expected: `${announced}, or agents with a tunnel`,
        fix: fix(first.port),
        confidence: 'possible',
      },
    ];
  }
  const web = new Set(
    listeners(routesFor(facts, null, 'web').filter(isAlive)).flatMap((each) => each.addresses),
  );
  const raw = listeners(all).flatMap((each) => each.addresses);
  if (web.size === 0 || raw.length === 0 || raw.some((each) => web.has(each))) return [];
  return [
    {
      code: 'advertised-host-wrong',
      object: first.origin.object,
      field: 'status.addresses',
      actual: `${raw.slice(0, 4).join(', ')}, while Jenkins is at ${[...web].slice(0, 4).join(', ')}`,
      expected: 'the same address for both, or agents with a tunnel',
      fix: fix(first.port ?? announced),
      // MetalLB Services with the same key are meant to share one address.
      confidence:
        family === 'service' && shareKey(all, routesFor(facts, null, 'web')) ? 'likely' : 'possible',
    },
  ];
}

function shareKey(one: readonly Route[], other: readonly Route[]): boolean {
  const keysOf = (routes: readonly Route[]) =>
    routes.filter(({ family }) => family === 'service').flatMap(({ source }) => sharingKey(source) ?? []);
  return keysOf(one).some((key) => keysOf(other).includes(key));
}

/** Returns true if every known agent has a tunnel or a direct connection, or does not need an agent port. */
function agentsAreTold({ agentPods = [] }: ControllerClusterFacts): boolean {
  const agents = agentPods.flatMap((pod) => agentContainer(pod) ?? []);
  return (
    agents.length > 0 &&
    agents.every(
      (each) =>
        environmentValue(each, 'JENKINS_TUNNEL') !== null ||
        environmentValue(each, 'JENKINS_DIRECT_CONNECTION') !== null ||
        environmentValue(each, 'JENKINS_WEB_SOCKET') === 'true',
    )
  );
}
