import type { Reason } from '../../protocol/reason.ts';
import { type Claim, type DiagnosisRule, describeStep } from '../diagnosis-rule.ts';
import { extraEvidence, type SurveyEvidence, sameProcess } from '../evidence.ts';

const IDENTITY: ReadonlySet<Reason> = new Set<Reason>(['identity-mismatch', 'identity-stale-direct']);

/** Whether both entrypoints lead to one controller, and to the expected one. */
export const IDENTITY_RULES: readonly DiagnosisRule[] = [
  { code: 'two-controllers-one-service', judge: twoControllers },
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
        // Without a Jenkins URL nothing says that the port is the right one.
        confidence: published === null ? 'likely' : 'certain',
        at: 'identity',
        explains,
        evidence: [
          ...explains.map(describeStep),
          published === null
            ? 'there is no Jenkins URL to compare the agent port with'
            : 'the Jenkins URL and the agent port agree with each other',
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
        // Another key alone may also be that of something that ends TLS on the way; with the same session it is.
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
        ...(same === true ? { next: ['What inspects or ends TLS between here and the agent port?'] } : {}),
      };
    },
  },
];

function identityBreaks({ breaks }: SurveyEvidence) {
  return breaks.filter(({ reason }) => IDENTITY.has(reason));
}

/**
 * Two sessions at one entrypoint are two controllers, or one that was restarted in between. Repeated hellos tell: sessions
 * that come back are two controllers; one that gives way to another at both entrypoints is a restart. One session at the
 * Jenkins URL and another at the agent port is one wrong controller, which its identity names; with the same identity it
 * is a second replica or a copy.
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
  // One that gave way to another for good, at both entrypoints, was restarted.
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
      ...(later.length === 0 ? [] : [`then at the agent port: ${later.join(', ')}`]),
      ...(loginAfter === null ? [] : [`and login after that: ${loginAfter}`]),
    ],
    ...(returns ? {} : { next: ['Repeat it in a minute, to exclude a restart in between.'] }),
  };
}

/** Replicas of one controller have one identity, and then agents get through at each of them. */
function confidenceOf({ passed }: SurveyEvidence, returns: boolean, isOneEach: boolean): Claim['confidence'] {
  const sharesIdentity = passed.has('identity');
  if (returns) return sharesIdentity ? 'likely' : 'certain';
  return sharesIdentity && isOneEach ? 'possible' : 'likely';
}

/** Whether a value returns after another one was there. */
function comesBack(values: readonly string[]): boolean {
  return values.some(
    (value, index) => index > 0 && values[index - 1] !== value && values.indexOf(value) < index,
  );
}
