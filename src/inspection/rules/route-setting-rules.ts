import { CATALOGUE } from '../../catalogue/catalogue.ts';
import type { Code } from '../../catalogue/codes.ts';
import { atMost, type Confidence } from '../../catalogue/entry.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import type { WrongField } from '../finding.ts';
import { agentContainer, environmentValue } from '../objects/agent-container.ts';
import { portOfService } from '../objects/controller-service.ts';
import { isTakenElsewhere, LISTENER, listenerOf } from '../objects/discovery-route.ts';
import { admissionOf } from '../objects/source-ranges.ts';
import { winner } from '../routes/choose-route.ts';
import type { Route, RouteFamily, RouteSetting } from '../routes/route.ts';
import { routesFor } from '../routes/route-purpose.ts';

/** The default ping interval of Jenkins; a hop with a shorter idle limit cuts agents. */
const PING_SECONDS = 300;
/** The interval of WebSocket pings. */
const WEBSOCKET_PING_SECONDS = 30;
const RESPONSE_HEADERS = /^(x-jenkins|x-hudson|x-instance-identity|x-remoting)/i;
const REQUEST_HEADERS = /^(node-name|secret-key|x-remoting-capability|connection-cookie)$/i;

/** The code for a setting that harms agents, its confidence, and the expected value. */
interface Judgement {
  readonly code: Code;
  readonly confidence: Confidence;
  readonly expected: string;
  /** Further evidence. */
  readonly seen?: string;
}

/** Finds settings of routes that block agents or cut their connections. */
export function settingsHarmless(family: RouteFamily, facts: ControllerClusterFacts): readonly WrongField[] {
  const found = new Map<string, WrongField>();
  const replaced = family === 'ingress' && isTakenElsewhere(facts);
  for (const [route, way] of usedRoutes(family, facts)) {
    for (const each of route.settings) {
      const setting = replaced && each.doubt === undefined ? { ...each, doubt: REPLACED } : each;
      if (setting.kind === 'backend-tls' && way !== 'raw' && leadsToTls(route, facts)) continue;
      const judgement = judge(setting, way, facts);
      if (judgement === null) continue;
      const { object, field, fix, writes, doubt } = setting;
      const { code, expected, seen } = judgement;
      const actual = [setting.actual, seen, doubt].filter((each) => each !== undefined).join('; ');
      const limit = atMost(CATALOGUE[code].confidence, doubt === undefined ? 'certain' : 'likely');
      const confidence = atMost(limit, judgement.confidence);
      found.set(`${code} ${object} ${field}`, {
        ...{ code, object, field, actual, expected, fix, confidence },
        ...(writes === undefined ? {} : { writes }),
      });
    }
  }
  return [...found.values()];
}

const REPLACED = 'another proxy serves the same requests, so the Ingress may be obsolete';

/** How agents use a route: for raw TCP, for discovery, or for WebSocket. */
type Way = 'raw' | 'discovery' | 'websocket';

/** The routes that match connections of agents. */
function usedRoutes(family: RouteFamily, facts: ControllerClusterFacts): readonly (readonly [Route, Way])[] {
  const raw = routesFor(facts, family, 'agents').map((route) => [route, 'raw'] as const);
  const wanted = listenerOf(facts);
  if (wanted === null) return raw;
  const own = wanted.routes.filter((route) => route.family === family);
  const context = wanted.path.endsWith(LISTENER) ? wanted.path.slice(0, -LISTENER.length) : '/';
  const discovery = winner(own, wanted);
  const websocket = winner(own, { ...wanted, path: `${context}wsagents/` });
  return [
    ...raw,
    ...(discovery === null ? [] : [[discovery, 'discovery'] as const]),
    ...(websocket === null ? [] : [[websocket, 'websocket'] as const]),
  ];
}

function judge(setting: RouteSetting, way: Way, facts: ControllerClusterFacts): Judgement | null {
  const result = (code: Code, confidence: Confidence, expected = 'not set'): Judgement => ({
    ...{ code, confidence, expected },
  });
  switch (setting.kind) {
    case 'redirect':
      return way === 'raw' ? null : judgeRedirect(setting, facts);
    case 'rewrite':
      return way === 'raw' ? null : result('wrong-context-path', 'likely', 'the path unchanged');
    case 'login':
      return way === 'raw'
        ? null
        : result(
            'sso-or-login-in-front',
            'certain',
            'no login for the paths of agents: give them a separate route',
          );
    case 'allow-list':
      return judgeAllowList(setting, way, facts);
    case 'source-ranges':
      return judgeRanges(setting, facts);
    case 'response-headers':
      return way === 'discovery' && setting.names.some((name) => RESPONSE_HEADERS.test(name))
        ? result('headers-stripped-by-proxy', 'certain', 'the headers of Jenkins unchanged')
        : null;
    case 'request-headers':
      return way === 'websocket' && setting.names.some((name) => REQUEST_HEADERS.test(name))
        ? result('ws-custom-headers-stripped', 'certain', 'the headers of the agent unchanged')
        : null;
    case 'no-websocket':
      return way === 'websocket'
        ? result(
            'ws-upgrade-stripped',
            usesWebSocket(facts) ? 'certain' : 'possible',
            'WebSocket upgrades allowed',
          )
        : null;
    case 'tcp-idle':
      return way === 'raw' && setting.seconds <= PING_SECONDS
        ? result(
            'lb-idle-timeout-tcp',
            'certain',
            `more than ${PING_SECONDS} s, between two of Jenkins' pings`,
          )
        : null;
    case 'websocket-idle':
      return way === 'websocket' && setting.seconds <= WEBSOCKET_PING_SECONDS
        ? result('ws-idle-timeout', 'certain', `more than ${WEBSOCKET_PING_SECONDS} s, between two pings`)
        : null;
    case 'max-age':
      return way === 'discovery' ? null : result('max-duration-cuts-channels', 'certain');
    case 'request-timeout':
      return way === 'websocket' && usesWebSocket(facts)
        ? result('max-duration-cuts-channels', 'possible', 'no time limit for the route that takes WebSocket')
        : null;
    case 'proxy-header-sent':
      return way === 'raw' ? result('proxy-protocol-injected', 'certain', 'off for the agent port') : null;
    case 'proxy-header-expected':
      return way === 'raw' ? result('proxy-protocol-expected-by-lb', 'likely', 'off, or optional') : null;
    case 'connection-limit':
      return way === 'raw' && setting.amount < Math.max(facts.agentPods?.length ?? 0, 2)
        ? result('agent-port-refused', 'possible', 'more than the agents behind one address')
        : null;
    case 'backend-tls':
      return way === 'raw'
        ? result(
            'tls-terminated-on-50000',
            'certain',
            'plain TCP: Jenkins does not accept TLS on the agent port',
          )
        : way === 'discovery'
          ? result('tls-not-spoken', 'likely', 'http, unless Jenkins itself uses TLS on this port')
          : null;
    case 'bare-check':
      return way === 'raw'
        ? result(
            setting.sends ? 'envoy-tcp-check-flaps' : 'tcp-healthcheck-log-spam',
            'certain',
            'an HTTP check of /',
          )
        : null;
  }
}

/** Whether the name, protocol or number of the backend port indicates TLS. */
function leadsToTls({ backends }: Route, { services = [], namespace }: ControllerClusterFacts): boolean {
  return backends.some((backend) => {
    const service = services.find(({ metadata }) => metadata?.name === backend.name);
    if (service === undefined || backend.namespace !== namespace) return false;
    const { name = '', appProtocol = '', port, targetPort } = portOfService(service, backend.port) ?? {};
    return (
      /https|tls|ssl/i.test(`${name} ${appProtocol} ${targetPort}`) ||
      [port, targetPort].some((each) => each === 443 || each === 8443)
    );
  });
}

/** Java follows 300 to 307 within one scheme; whether Jenkins answers there is not known. */
function judgeRedirect(
  { scheme, status }: Extract<RouteSetting, { readonly kind: 'redirect' }>,
  { url }: ControllerClusterFacts,
): Judgement | null {
  const expected = 'no redirect, or agents that use the target URL';
  const certain = { code: 'discovery-redirect-only', confidence: 'certain', expected } as const;
  if (scheme === null) return status > 307 ? certain : { ...certain, confidence: 'possible' };
  // Agents may already use the scheme of the redirect.
  if (url === null) return null;
  return url.toLowerCase().startsWith(`${scheme}:`) ? null : certain;
}

const AGENT_RANGES = "the addresses of the agents' cluster";

/** The address that a proxy sees is not known, so a probe must confirm the finding, unless the list is empty. */
function judgeAllowList(
  { ranges }: Extract<RouteSetting, { readonly kind: 'allow-list' }>,
  way: Way,
  facts: ControllerClusterFacts,
): Judgement | null {
  // A proxy accepts a raw connection and then closes it.
  const code = way === 'raw' ? 'l4-accept-then-close' : 'ip-allowlist-403';
  if (ranges?.length === 0) return { code, confidence: 'certain', expected: AGENT_RANGES };
  const { who, missing } = admissionOf(ranges ?? [], facts);
  if (who !== 'unknown') return null;
  return { code, confidence: 'possible', expected: AGENT_RANGES, ...sawOutside(ranges && missing) };
}

function sawOutside(address: string | null): Pick<Judgement, 'seen'> {
  return address === null ? {} : { seen: `the agent pod ${address} is not in it` };
}

function judgeRanges(
  { ranges, families }: Extract<RouteSetting, { readonly kind: 'source-ranges' }>,
  facts: ControllerClusterFacts,
): Judgement | null {
  const code = 'agent-port-timeout-filtered' as const;
  const lacksSix = families.includes('IPv6') && !ranges.some((each) => each.includes(':'));
  if (lacksSix) return { code, confidence: 'likely', expected: 'an IPv6 range as well: ::/0' };
  const { who, missing } = admissionOf(ranges, facts);
  const everySix = ranges.includes('::/0') && !families.includes('IPv4');
  if (who !== 'unknown' || everySix) return null;
  return { code, confidence: 'possible', expected: AGENT_RANGES, ...sawOutside(missing) };
}

function usesWebSocket({ agentPods = [], steps = [] }: ControllerClusterFacts): boolean {
  const agents = agentPods.flatMap((pod) => agentContainer(pod) ?? []);
  return (
    agents.some((each) => environmentValue(each, 'JENKINS_WEB_SOCKET') === 'true') ||
    (agents.length === 0 && steps.some(({ entrypoint }) => entrypoint === 'websocket'))
  );
}
