import type { Reason } from '../../protocol/reason.ts';
import {
  breaksWith,
  type Claim,
  type DiagnosisRule,
  describeStep,
  PROXY_REASONS,
} from '../diagnosis-rule.ts';
import { type Break, extraEvidence, type SurveyEvidence } from '../evidence.ts';

/** What a proxy makes of an agent port that it may not, or cannot, connect to. */
const CAPTURED: ReadonlySet<Reason> = new Set<Reason>([
  'proxy-refused-connect',
  'agent-port-refused',
  'agent-port-timeout-filtered',
  'network-unreachable',
  'dns-not-resolving',
]);

/** What the proxy on the way out does, before anything is said about what is behind it. */
export const FORWARD_PROXY_RULES: readonly DiagnosisRule[] = [
  { code: 'corporate-proxy-captures-agent-port', judge: capturedByProxy },
];

const REFUSED_AT_PORT: ReadonlySet<Reason> = new Set<Reason>(['agent-port-refused']);
const REFUSED_AT_WEB: ReadonlySet<Reason> = new Set<Reason>(['discovery-connect-refused']);
const FORBIDDEN: ReadonlySet<Reason> = new Set<Reason>(['proxy-refused-connect']);

/**
 * What is wrong behind a proxy, as far as the proxy says. They stand after the rules about reachability, which rest on
 * more.
 */
export const BEHIND_PROXY_RULES: readonly DiagnosisRule[] = [
  {
    code: 'agent-port-refused',
    judge: (evidence) =>
      byProxysWord(breaksWith(evidence, 'agent-port', REFUSED_AT_PORT), evidence.portProxy),
  },
  {
    code: 'discovery-connect-refused',
    judge: (evidence) => byProxysWord(breaksWith(evidence, 'web', REFUSED_AT_WEB), evidence.webProxy),
  },
  {
    code: 'proxy-refused-connect',
    judge(evidence) {
      // The answer to CONNECT is always the proxy's; a page is only by the name that it gives itself.
      const explains = breaksWith(evidence, 'web', FORBIDDEN).filter(({ step }) => step === 'listener');
      if (explains.length === 0) return null;
      return { confidence: 'likely', at: 'listener', explains, evidence: explains.map(describeStep) };
    },
  },
];

/** A 5xx of most proxies covers all that can go wrong in connecting. */
function byProxysWord(explains: readonly Break[], proxy: string | null): Claim | null {
  const [first] = explains;
  if (first === undefined || proxy === null) return null;
  return {
    confidence: 'possible',
    at: first.step,
    explains,
    evidence: [...explains.map(describeStep), `the proxy ${proxy} was to make the connection, and could not`],
    next: [
      "From the proxy's own host: does the name resolve there, is there a route, and does the port take connections?",
    ],
  };
}

function capturedByProxy(evidence: SurveyEvidence): Claim | null {
  const { portProxy } = evidence;
  const broken = evidence.breaks.filter(
    ({ entrypoint, step }) => entrypoint === 'agent-port' && step !== 'port-resolve',
  );
  const explains = broken.filter(({ reason }) => CAPTURED.has(reason));
  const direct = extraEvidence(evidence, 'without-proxy').some((check) => check.hello !== null);
  const found = `without the proxy ${portProxy} the agent port says hello`;
  const [first] = explains;
  if (portProxy === null) return null;
  if (first === undefined) {
    // The proxy fails in a way of its own, which names the cause; the comparison only adds to it.
    const [own] = broken.filter(({ reason }) => PROXY_REASONS.has(reason));
    if (own === undefined || !direct) return null;
    return {
      confidence: 'possible',
      at: own.step,
      explains: [],
      evidence: [found],
      compares: { hop: broken, sentence: found },
    };
  }
  const refused = explains.some(({ reason }) => reason === 'proxy-refused-connect');
  const webAsksToo = evidence.breaks.some(
    ({ entrypoint, reason }) => entrypoint === 'web' && PROXY_REASONS.has(reason),
  );
  // A proxy that fails for everybody is named for what it does, unless the way around it is proved.
  if (!direct && (!refused || webAsksToo)) return null;
  return {
    confidence: direct ? 'certain' : 'likely',
    at: first.step,
    explains,
    evidence: [...explains.map(describeStep), ...(direct ? [found] : [])],
  };
}
