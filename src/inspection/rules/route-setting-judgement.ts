import type { Code } from '../../catalogue/codes.ts';
import type { Confidence } from '../../catalogue/entry.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { agentContainer, environmentValue } from '../objects/agent-container.ts';
import { admissionOf } from '../objects/source-ranges.ts';
import type { RouteSetting } from '../routes/route.ts';

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

/** The use of a route by agents: for raw TCP, for discovery, or for WebSocket. */
export type AgentWay = 'raw' | 'discovery' | 'websocket';

/** Judges a setting of a route that agents use in some way; null if it does not harm them. */
export function judgeSetting(
  setting: RouteSetting,
  way: AgentWay,
  facts: ControllerClusterFacts,
): Judgement | null {
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
    default:
      return judgeConnection(setting, way, facts);
  }
}

type ConnectionSetting = Exclude<
  RouteSetting,
  {
    readonly kind:
      | 'redirect'
      | 'rewrite'
      | 'login'
      | 'allow-list'
      | 'source-ranges'
      | 'response-headers'
      | 'request-headers'
      | 'no-websocket';
  }
>;

/** Judges settings of connections: limits, PROXY headers, TLS and checks. */
function judgeConnection(
  setting: ConnectionSetting,
  way: AgentWay,
  facts: ControllerClusterFacts,
): Judgement | null {
  switch (setting.kind) {
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

function result(code: Code, confidence: Confidence, expected = 'not set'): Judgement {
  return { code, confidence, expected };
}

/**
 * Judges a redirect. Java follows 300 to 307 within one scheme; it is unknown whether Jenkins answers at the target.
 */
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

/**
 * Judges an allow-list. The address that a proxy sees is unknown, so a probe must confirm the finding, unless the list
 * is empty.
 */
function judgeAllowList(
  { ranges }: Extract<RouteSetting, { readonly kind: 'allow-list' }>,
  way: AgentWay,
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

/** Returns true if an agent is known to use WebSocket. Without known agents, true if WebSocket was probed. */
function usesWebSocket({ agentPods = [], steps = [] }: ControllerClusterFacts): boolean {
  const agents = agentPods.flatMap((pod) => agentContainer(pod) ?? []);
  return (
    agents.some((each) => environmentValue(each, 'JENKINS_WEB_SOCKET') === 'true') ||
    (agents.length === 0 && steps.some(({ entrypoint }) => entrypoint === 'websocket'))
  );
}

/** Returns true if agents are known, and not one uses WebSocket. */
export function usesNoWebSocket(facts: ControllerClusterFacts): boolean {
  return (facts.agentPods ?? []).some((pod) => agentContainer(pod) !== null) && !usesWebSocket(facts);
}
