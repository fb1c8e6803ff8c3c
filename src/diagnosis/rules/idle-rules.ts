import type { Claim, DiagnosisRule } from '../diagnosis-rule.ts';
import { extraEvidence, type SurveyEvidence } from '../evidence.ts';

/** Default idle limits of common hops, in seconds. */
const KNOWN_LIMITS: readonly (readonly [seconds: number, hop: string])[] = [
  [30, 'GKE ingress (total limit of a backend), HAProxy examples'],
  [50, 'HAProxy ("timeout client/server" in common examples)'],
  [60, 'a classic ELB, an ALB, or proxy-read-timeout of nginx'],
  [240, 'Azure Load Balancer'],
  [300, 'a firewall or NAT gateway'],
  [350, 'an AWS Network Load Balancer or NAT gateway'],
  [600, 'nginx stream (proxy_timeout, proxy-stream-timeout), or a Google Cloud firewall'],
];
const SLACK = 0.04;

/** Judges the connections that were left idle on purpose. */
export const IDLE_RULES: readonly DiagnosisRule[] = [
  { code: 'lb-idle-timeout-tcp', judge: (evidence) => judgeHold(evidence, 'hold-port', 'ack') },
  { code: 'ws-idle-timeout', judge: (evidence) => judgeHold(evidence, 'hold-websocket', 'ws-roundtrip') },
];

function judgeHold(
  evidence: SurveyEvidence,
  kind: 'hold-port' | 'hold-websocket',
  at: Claim['at'],
): Claim | null {
  const failed = extraEvidence(evidence, kind).find(({ outcome }) => outcome === 'cut' || outcome === 'dead');
  if (failed === undefined) return null;
  const heldSeconds = Math.round(failed.heldMs / 1000);
  const cut = failed.outcome === 'cut';
  const hops = KNOWN_LIMITS.filter(([limit]) =>
    cut ? Math.abs(failed.heldMs / 1000 - limit) <= Math.max(1, limit * SLACK) : limit <= heldSeconds,
  ).map(([limit, hop]) => `${limit} s is the limit of ${hop}`);
  return {
    // A single connection may end for another reason.
    confidence: 'likely',
    at,
    explains: [],
    evidence: [
      cut
        ? `an idle connection was closed after ${heldSeconds} s`
        : `a connection did not answer after ${heldSeconds} s idle, although nobody had closed it`,
      // A hop that drops silently has this limit or a shorter one: the longest match is the likeliest.
      ...(cut ? hops : hops.slice(-1)),
    ],
    ...(cut
      ? {}
      : { next: [`Repeat with a shorter --hold to find the limit. It is at most ${heldSeconds} s.`] }),
  };
}
