import { CATALOGUE } from '../../catalogue/catalogue.ts';
import { atMost } from '../../catalogue/entry.ts';
import { PEER_REASONS } from '../../protocol/peer-bytes.ts';
import type { Reason } from '../../protocol/reason.ts';
import { type Claim, type DiagnosisRule, describeStep } from '../diagnosis-rule.ts';
import { type Break, extraEvidence, type SurveyEvidence } from '../evidence.ts';

/** Answers of a bad backend beside a good one, to a request of `tcpSlaveAgentListener/`. */
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

/** The same at the agent port. */
const AT_PORT: readonly Reason[] = [
  ...PEER_REASONS,
  'l4-accept-then-close',
  'listener-accepts-but-silent',
  'agent-port-refused',
  'agent-port-timeout-filtered',
];

/** Entrypoints whose answers alternate, so that one connection sees the problem only by chance. */
export const ALTERNATING_RULES: readonly DiagnosisRule[] = [
  ...AT_WEB.map((code) => ({ code, judge: (evidence: SurveyEvidence) => alternatingWeb(evidence, code) })),
  ...AT_PORT.map((code) => ({ code, judge: (evidence: SurveyEvidence) => alternatingPort(evidence, code) })),
];

function alternatingWeb(evidence: SurveyEvidence, code: Reason): Claim | null {
  const answers = extraEvidence(evidence, 'repeat-web').flatMap((check) => check.answers);
  if (answers.length === 0) return null;
  const failed = answers.filter(({ reason }) => reason === code);
  // Only the listener page was requested again, so only its answers can explain a WebSocket.
  const explains = evidence.breaks.filter(
    ({ entrypoint, reason }) =>
      reason === code && (entrypoint === 'web' || (entrypoint === 'websocket' && failed.length > 0)),
  );
  const good = answers.filter(({ reason }) => reason === null).length;
  const passed = evidence.passed.get('listener')?.length ?? 0;
  if (failed.length + explains.length === 0 || good + passed === 0) return null;
  return {
    confidence: atMost('likely', CATALOGUE[code].confidence),
    at: 'listener',
    explains,
    evidence: [
      ...explains.map(describeStep),
      `answers alternate: Jenkins answered ${good} of ${answers.length} more requests`,
      ...[...new Set(failed.map(({ detail }) => detail))].map((detail) => `another answer: ${detail}`),
    ],
    next: ['Check the backends of the proxy for this host: is one of them down or wrong?'],
  };
}

function alternatingPort(evidence: SurveyEvidence, code: Reason): Claim | null {
  const [check] = extraEvidence(evidence, 'repeat-hello');
  const missed = check?.missed.filter(({ reason }) => reason === code) ?? [];
  if (missed.length === 0 && evidence.warnings.length === 0) return null;
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
      ...missed.slice(0, 1).map(({ detail }) => `${missed.length} more hellos failed: ${detail}`),
    ],
    next: ['Check the backends of the load balancer for this port: is one of them down or wrong?'],
  };
}

/** A handshake that reached the bad backend: the same reason, or a close, which has another reason in the handshake. */
function isOfTheSameKind(
  { entrypoint, address, reason }: Break,
  code: Reason,
  pinged: readonly string[],
): boolean {
  if (entrypoint !== 'agent-port' || !pinged.includes(address ?? '')) return false;
  return reason === code || (code === 'l4-accept-then-close' && reason === 'jnlp4-closed-no-ack');
}
