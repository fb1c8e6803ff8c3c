import type { Reason } from '../../protocol/reason.ts';
import { type Claim, type DiagnosisRule, describeStep } from '../diagnosis-rule.ts';
import { extraEvidence, type SurveyEvidence, sameProcess } from '../evidence.ts';

const IDENTITY: ReadonlySet<Reason> = new Set<Reason>(['identity-mismatch', 'identity-stale-direct']);

/** Checks that both entrypoints reach the same controller, and the expected one. */
export const IDENTITY_RULES: readonly DiagnosisRule[] = [
  { code: 'two-controllers-one-service', onSuccess: true, judge: twoControllers },
  {
    code: 'identity-stale-direct',
    judge(evidence) {
      const { published, pinned, presented } = evidence.identity;
      const explains = identityBreaks(evidence);
      if (pinned === null || presented.length === 0 || explains.length === 0) return null;
      if (presented.some(({ fingerprint }) => fingerprint === pinned)) return null;
      const shown = new Set(presented.map(({ fingerprint }) => fingerprint));
      if (shown.size > 1 || (published !== null && !shown.has(published))) return null;
      return {
        // Without a Jenkins URL, nothing shows that the port is the right one.
        confidence: published === null ? 'likely' : 'certain',
        at: 'identity',
        explains,
        evidence: [
          ...explains.map(describeStep),
          published === null
            ? 'no Jenkins URL to compare the agent port with'
            : 'the Jenkins URL and the agent port show the same identity',
        ],
      };
    },
  },
  {
    code: 'identity-mismatch',
    judge(evidence) {
      const { published, pinned } = evidence.identity;
      const explains = identityBreaks(evidence);
      if (published === null || explains.length === 0) return null;
      const same = sameProcess(evidence);
      return {
        // Another key may also come from a device that terminates TLS; with the same session it does.
        confidence: same === false ? 'certain' : 'likely',
        at: 'identity',
        explains,
        evidence: [
          ...explains.map(describeStep),
          ...(pinned === null ? [] : [`configured: ${pinned}; published at the Jenkins URL: ${published}`]),
          ...(same === null
            ? []
            : [`both entrypoints report ${same ? 'the same session' : 'different sessions'}`]),
        ],
        ...(same === true
          ? { next: ['Check for a device that inspects or terminates TLS between here and the agent port.'] }
          : {}),
      };
    },
  },
];

function identityBreaks({ breaks }: SurveyEvidence) {
  return breaks.filter(({ reason }) => IDENTITY.has(reason));
}

/**
 * Two sessions at one entrypoint mean two controllers, or a restart in between. Repeated hellos show which: sessions that
 * return mean two controllers, a session that another replaces at both entrypoints means a restart. Different sessions at
 * Jenkins URL and agent port mean a wrong controller (other identity), or a second replica or copy (same identity).
 */
function twoControllers(evidence: SurveyEvidence): Claim | null {
  const earlier = evidence.sessions;
  const repeated = extraEvidence(evidence, 'repeat-hello');
  const later = repeated.flatMap(({ hellos }) => hellos.flatMap(({ session }) => session ?? []));
  const loginAfter = repeated.at(-1)?.loginSession ?? null;
  const at = (entrypoint: 'web' | 'agent-port') =>
    earlier.filter((each) => each.entrypoint === entrypoint).map(({ session }) => session);
  const port = [...at('agent-port'), ...later];
  const web = [...at('web'), ...(loginAfter === null ? [] : [loginAfter])];
  if (new Set([...web, ...port]).size < 2) return null;
  // A session that another one replaced at both entrypoints: the controller was restarted.
  const returns = comesBack(port) || comesBack(web);
  if (!returns && loginAfter !== null && port.at(-1) === loginAfter) return null;
  const isOneEach = new Set(port).size < 2 && new Set(web).size < 2;
  if (isOneEach && identityBreaks(evidence).length > 0) return null;
  const explains = returns ? identityBreaks(evidence) : [];
  return {
    confidence: confidenceOf(evidence, returns, isOneEach),
    at: explains.length > 0 ? 'identity' : 'hello',
    explains,
    evidence: [
      ...earlier.map(({ session, where }) => `session ${session} at ${where}`),
      ...(later.length === 0 ? [] : [`later at the agent port: ${later.join(', ')}`]),
      ...(loginAfter === null ? [] : [`then at login: ${loginAfter}`]),
    ],
    ...(returns ? {} : { next: ['Repeat the check in a minute to exclude a restart in between.'] }),
  };
}

/** Replicas of one controller share its identity, and agents can connect to each of them. */
function confidenceOf({ passed }: SurveyEvidence, returns: boolean, isOneEach: boolean): Claim['confidence'] {
  const sharesIdentity = passed.has('identity');
  if (returns) return sharesIdentity ? 'likely' : 'certain';
  return sharesIdentity && isOneEach ? 'possible' : 'likely';
}

/** True if a value appears again after another one. */
function comesBack(values: readonly string[]): boolean {
  return values.some(
    (value, index) => index > 0 && values[index - 1] !== value && values.indexOf(value) < index,
  );
}
