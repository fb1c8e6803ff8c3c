import { CATALOGUE } from '../../catalogue/catalogue.ts';
import { PEER_REASONS } from '../../protocol/peer-bytes.ts';
import type { Reason } from '../../protocol/reason.ts';
import { breaksWith, type Claim, type DiagnosisRule, describeStep } from '../diagnosis-rule.ts';
import { extraEvidence, type SurveyEvidence } from '../evidence.ts';

const SILENT_OR_CLOSED: ReadonlySet<Reason> = new Set<Reason>([
  'listener-accepts-but-silent',
  'l4-accept-then-close',
]);
const SILENT: ReadonlySet<Reason> = new Set<Reason>(['listener-accepts-but-silent']);
const HTTP: ReadonlySet<Reason> = new Set<Reason>(['alb-or-http-lb-on-50000']);

/** Judges the answer of an agent port that accepts connections. */
export const PORT_ANSWER_RULES: readonly DiagnosisRule[] = [
  {
    code: 'mesh-http-sniffing',
    judge(evidence) {
      const explains = breaksWith(evidence, 'agent-port', HTTP);
      const server = evidence.portServers.find((name) => /envoy/i.test(name));
      const [first] = explains;
      if (first === undefined || server === undefined) return null;
      return {
        confidence: 'likely',
        at: first.step,
        explains,
        evidence: [...explains.map(describeStep), `Server header of the answer: ${server}`],
        next: ['Check if the pod has a sidecar (istio-proxy), and check the name of the Service port.'],
      };
    },
  },
  // A server other than Jenkins may answer the hello, but wait for a whole line before it answers Ping.
  ...PEER_REASONS.map((code) => ({
    code,
    judge: (evidence: SurveyEvidence) => toldByHello(evidence, code),
  })),
  {
    code: 'tls-terminated-on-50000',
    judge(evidence) {
      const explains = breaksWith(evidence, 'agent-port', SILENT_OR_CLOSED);
      const certificate = extraEvidence(evidence, 'tls-hello').find(
        (check) => check.certificate !== null,
      )?.certificate;
      const [first] = explains;
      if (first === undefined || certificate == null) return null;
      return {
        confidence: 'certain',
        at: first.step,
        explains,
        evidence: [
          ...explains.map(describeStep),
          `a TLS handshake returns a certificate for ${certificate.subject}, issued by ${certificate.issuer}`,
        ],
      };
    },
  },
  {
    code: 'proxy-protocol-injected',
    judge(evidence) {
      const explains = breaksWith(evidence, 'agent-port', SILENT);
      const check = extraEvidence(evidence, 'proxy-echo')[0];
      const [first] = explains;
      if (first === undefined || check === undefined) return null;
      // The echo of v1 lacks its first two letters; the echo of v2 contains QUIT.
      const echoed = check.echo !== null && /OXY (TCP|UNKNOWN)|QUIT/.test(check.echo);
      // After a v2 header that is not UTF-8 the controller closes once it has received the bytes that it waits for.
      if (!echoed && !(check.closed && check.echo === null)) return null;
      return {
        confidence: echoed ? 'certain' : 'likely',
        at: first.step,
        explains,
        evidence: [
          ...explains.map(describeStep),
          echoed
            ? `the controller echoes the bytes that came before ours: "${check.echo}"`
            : 'it closes after about 20,000 bytes, as if it had read the first bytes of a header as a length',
        ],
      };
    },
  },
  {
    code: 'listener-accepts-but-silent',
    judge(evidence) {
      const explains = breaksWith(evidence, 'agent-port', SILENT);
      const [first] = explains;
      const webStalls = evidence.breaks.find(({ reason }) => reason === 'listener-timeout');
      if (first === undefined || webStalls === undefined) return null;
      return {
        confidence: 'likely',
        at: first.step,
        explains,
        evidence: [...explains.map(describeStep), describeStep(webStalls)],
        next: ['Both entrypoints stall: take a thread dump of the controller and check its limits.'],
      };
    },
  },
  {
    code: 'hello-refused',
    judge(evidence) {
      const { warnings, passed, breaks } = evidence;
      const answered = passed.get('ping') ?? [];
      // If another connection fails too, or another hello succeeds, the answers alternate.
      const byChance =
        breaks.some(({ entrypoint }) => entrypoint === 'agent-port') ||
        extraEvidence(evidence, 'repeat-hello').some(({ hellos }) => hellos.length > 0);
      const seen = warnings.filter(
        ({ step, address, reason }) =>
          step === 'hello' && reason !== null && address !== null && answered.includes(address),
      );
      if (byChance) return null;
      if (seen.length === 0) return null;
      return {
        confidence: 'certain',
        at: 'hello',
        explains: [],
        evidence: seen.map(({ step, address, detail }) => `${step} at ${address}: ${detail}`),
      };
    },
  },
];

/** A port that answers the hello with foreign bytes and Ping with silence: the bytes show what it is. */
function toldByHello(evidence: SurveyEvidence, code: Reason): Claim | null {
  const seen = evidence.warnings.filter(({ step, reason }) => step === 'hello' && reason === code);
  const explains = breaksWith(evidence, 'agent-port', SILENT_OR_CLOSED).filter(
    ({ step, address }) => step === 'ping' && seen.some((each) => each.address === address),
  );
  if (explains.length === 0) return null;
  return {
    confidence: CATALOGUE[code].confidence,
    at: 'ping',
    explains,
    evidence: [...seen.map(describeStep), ...explains.map(describeStep)],
  };
}
