import type { Code } from '../catalogue/codes.ts';
import type { SurveyEvidence } from './evidence.ts';

/** Evidence against a diagnosis that does not exclude it. */
interface Contradiction {
  readonly codes: ReadonlySet<Code>;
  /** @returns the evidence against it, as a sentence; null without any */
  readonly against: (evidence: SurveyEvidence) => string | null;
}

const CONTRADICTIONS: readonly Contradiction[] = [
  {
    codes: new Set<Code>(['agent-port-disabled', 'controller-starting']),
    against: ({ passed }) => firstAt(passed.get('ping'), 'evidence against it: an agent port answers Ping'),
  },
  {
    codes: new Set<Code>([
      'agent-port-refused',
      'agent-port-timeout-filtered',
      'l4-accept-then-close',
      'listener-accepts-but-silent',
    ]),
    against: ({ passed, breaks }) => {
      const flapping = (passed.get('hello') ?? []).filter((address) =>
        breaks.some((each) => each.address === address && each.step === 'ping'),
      );
      return firstAt(flapping, 'evidence against it: a hello was answered just before');
    },
  },
  {
    codes: new Set<Code>(['unknown-client-name', 'wrong-secret']),
    against: ({ sessions }) =>
      new Set(sessions.map(({ session }) => session)).size > 1
        ? 'evidence against it: more than one controller was seen'
        : null,
  },
];

/** The evidence against a code, as sentences. */
export function contradictionsOf(code: Code, evidence: SurveyEvidence): readonly string[] {
  return CONTRADICTIONS.flatMap(({ codes, against }) => (codes.has(code) ? (against(evidence) ?? []) : []));
}

function firstAt(addresses: readonly string[] | undefined, words: string): string | null {
  const [address] = addresses ?? [];
  return address === undefined ? null : `${words} (${address})`;
}
