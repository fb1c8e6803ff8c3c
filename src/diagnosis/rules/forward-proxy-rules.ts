import type { Reason } from '../../protocol/reason.ts';
import {
  breaksWith,
  type Claim,
  type DiagnosisRule,
  describeStep,
  PROXY_REASONS,
} from '../diagnosis-rule.ts';
import { type Break, extraEvidence, type SurveyEvidence } from '../evidence.ts';

/** Answers of a proxy that is not allowed, or not able, to connect to the agent port. */
const CAPTURED: ReadonlySet<Reason> = new Set<Reason>([
  'proxy-refused-connect',
  'agent-port-refused',
  'agent-port-timeout-filtered',
  'network-unreachable',
  'dns-not-resolving',
]);

/** Failures of the forward proxy itself. They come before rules about the target behind it. */
export const FORWARD_PROXY_RULES: readonly DiagnosisRule[] = [
  { code: 'corporate-proxy-captures-agent-port', judge: capturedByProxy },
];

const REFUSED_AT_PORT: ReadonlySet<Reason> = new Set<Reason>(['agent-port-refused']);
const REFUSED_AT_WEB: ReadonlySet<Reason> = new Set<Reason>(['discovery-connect-refused']);
const FORBIDDEN: ReadonlySet<Reason> = new Set<Reason>(['proxy-refused-connect']);

/**
 * Failures behind a proxy, as the proxy reports them. They come after the reachability rules, which have more evidence.
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
      // The proxy itself answers CONNECT; a page comes from it only if the page names it.
      const explains = breaksWith(evidence, 'web', FORBIDDEN).filter(({ step }) => step === 'listener');
      if (explains.length === 0) return null;
      return { confidence: 'likely', at: 'listener', explains, evidence: explains.map(describeStep) };
    },
  },
];

/** Most proxies answer a 5xx to every connection failure. */
function byProxysWord(explains: readonly Break[], proxy: string | null): Claim | null {
  const [first] = explains;
  if (first === undefined || proxy === null) return null;
  return {
    confidence: 'possible',
    at: first.step,
    explains,
    evidence: [...explains.map(describeStep), `the proxy ${proxy} could not open the connection`],
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
  const found = `without the proxy ${portProxy} the agent port answers the hello`;
  const [first] = explains;
  if (portProxy === null) return null;
  if (first === undefined) {
    // The proxy's own failure names the cause; the comparison is only further evidence.
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
  // A proxy that fails for everyone has its own code, unless a direct connection is proved to work.
  if (!direct && (!refused || webAsksToo)) return null;
  return {
    confidence: direct ? 'certain' : 'likely',
    at: first.step,
    explains,
    evidence: [...explains.map(describeStep), ...(direct ? [found] : [])],
  };
}
