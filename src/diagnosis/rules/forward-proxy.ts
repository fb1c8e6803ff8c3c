import type { Reason } from '../../protocol/reason.ts';
import { lookedAt, type SurveyEvidence } from '../evidence.ts';
import { breaksWith, type Claim, describeBreak, PROXY_REASONS, type Rule } from '../rule.ts';

/** What a proxy makes of an agent port that it may not, or cannot, connect to. */
const CAPTURED: ReadonlySet<Reason> = new Set<Reason>([
  ...PROXY_REASONS,
  'agent-port-refused',
  'agent-port-timeout-filtered',
  'network-unreachable',
  'dns-not-resolving',
]);

/** What the proxy on the way out does, before anything is said about what is behind it. */
export const FORWARD_PROXY_RULES: readonly Rule[] = [
  { code: 'corporate-proxy-captures-agent-port', judge: capturedByProxy },
];

function capturedByProxy(evidence: SurveyEvidence): Claim | null {
  const explains = breaksWith(evidence, 'agent-port', CAPTURED);
  const [first] = explains;
  if (first === undefined || evidence.portProxy === null) return null;
  const direct = lookedAt(evidence, 'without-proxy').some((look) => look.hello !== null);
  const refused = explains.some(
    ({ reason }) => reason === 'proxy-refused-connect' || reason === 'proxy-auth-required',
  );
  const webAsksToo = evidence.breaks.some(
    ({ endpoint, reason }) => endpoint === 'web' && PROXY_REASONS.has(reason),
  );
  // A proxy that fails for everybody is named for what it does, unless the way around it is proved.
  if (!direct && (!refused || webAsksToo)) return null;
  return {
    confidence: direct ? 'certain' : 'likely',
    at: first.step,
    explains,
    evidence: [
      ...explains.map(describeBreak),
      ...(direct ? [`without the proxy ${evidence.portProxy} the agent port says hello`] : []),
    ],
  };
}
