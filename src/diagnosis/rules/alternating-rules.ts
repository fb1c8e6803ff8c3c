import { CATALOGUE } from '../../catalogue/catalogue.ts';
import { atMost } from '../../catalogue/entry.ts';
import { PEER_REASONS } from '../../protocol/peer-bytes.ts';
import type { Reason } from '../../protocol/reason.ts';
import { type Claim, type DiagnosisRule, describeStep } from '../diagnosis-rule.ts';
import { type Break, extraEvidence, type SurveyEvidence } from '../evidence.ts';

/** What a backend that takes turns with a good one can answer in place of `tcpSlaveAgentListener/`. */
const AT_WEB = [
  'url-points-at-agent-port',
  'ingress-no-backend-503',
  'not-jenkins-200',
  'listener-not-found',
  'listener-closed',
  'listener-timeout',
  'response-malformed',
  'connection-reset',
  'http-status-unexpected',
  'ip-allowlist-403',
  'sso-or-login-in-front',
] as const satisfies readonly Reason[];

/** The same for the agent port. */
const AT_PORT: readonly Reason[] = [
  ...PEER_REASONS,
  'l4-accept-then-close',
  'listener-accepts-but-silent',
  'agent-port-refused',
  'agent-port-timeout-filtered',
];

/** Causes that a single connection meets or misses by chance: an entrypoint that answers now so, now otherwise. */
export const ALTERNATING_RULES: readonly DiagnosisRule[] = [
  ...AT_WEB.map((code) => ({ code, judge: (evidence: SurveyEvidence) => alternatingWeb(evidence, code) })),
  ...AT_PORT.map((code) => ({ code, judge: (evidence: SurveyEvidence) => alternatingPort(evidence, code) })),
];

function alternatingWeb(evidence: SurveyEvidence, code: Reason): Claim | null {
  const answers = extraEvidence(evidence, 'repeat-web').flatMap((check) => check.answers);
  const failed = answers.filter(({ reason }) => reason === code);
  // The listener page was asked again, so a WebSocket is explained only by what that page got.
  const explains = evidence.breaks.filter(
    ({ entrypoint, reason }) =>
      reason === code && (entrypoint === 'web' || (entrypoint === 'websocket' && failed.length > 0)),
  );
  const good = answers.filter(({ reason }) => reason === null).length;
  const passed = evidence.passed.get('listener')?.length ?? 0;
  if (failed.length + explains.length === 0 || good + passed === 0 || answers.length === 0) return null;
  return {
    confidence: atMost('likely', CATALOGUE[code].confidence),
    at: 'listener',
    explains,
    evidence: [
      ...explains.map(describeStep),
      `answers alternate: of ${answers.length} more requests ${good} were answered as by Jenkins`,
      ...[...new Set(failed.map(({ detail }) => detail))].map((detail) => `an answer in between: ${detail}`),
    ],
    next: ['Which backends does the proxy in front have for this host, and is one of them dead or wrong?'],
  };
}

function alternatingPort(evidence: SurveyEvidence, code: Reason): Claim | null {
  const [check] = extraEvidence(evidence, 'repeat-hello');
  const missed = check?.missed.filter(({ reason }) => reason === code) ?? [];
  const pinged = evidence.passed.get('ping') ?? [];
  const hellos = evidence.warnings.filter(
    ({ step, address, reason }) => step === 'hello' && reason === code && pinged.includes(address ?? ''),
  );
  const explains = evidence.breaks.filter((each) => isOfTheSameKind(each, code, pinged));
  const answered = (evidence.passed.get('hello')?.length ?? 0) + (check?.hellos.length ?? 0);
  const isMixed =
    missed.length > 0 ? answered > 0 : hellos.length > 0 && (explains.length > 0 || answered > 0);
  if (!isMixed || evidence.breaks.some(({ step }) => step === 'ping')) return null;
  return {
    confidence: atMost('likely', CATALOGUE[code].confidence),
    at: 'ping',
    explains,
    evidence: [
      ...hellos.map(describeStep),
      ...pinged.map((address) => `ping at ${address}: the agent port answered`),
      ...explains.map(describeStep),
      ...missed.slice(0, 1).map(({ detail }) => `${missed.length} of the further hellos failed: ${detail}`),
    ],
    next: ['Which backends does the load balancer have for this port, and is one of them dead or wrong?'],
  };
}

/** A handshake that meets the wrong backend: it has the same reason, or the close that a handshake calls by its own name. */
function isOfTheSameKind(
  { entrypoint, address, reason }: Break,
  code: Reason,
  pinged: readonly string[],
): boolean {
  if (entrypoint !== 'agent-port' || !pinged.includes(address ?? '')) return false;
  return reason === code || (code === 'l4-accept-then-close' && reason === 'jnlp4-closed-no-ack');
}
