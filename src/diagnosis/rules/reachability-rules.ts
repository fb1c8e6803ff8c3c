import { formatHostPort } from '../../protocol/host-port.ts';
import type { Reason } from '../../protocol/reason.ts';
import { breaksWith, type DiagnosisRule, describeStep, PROXY_REASONS } from '../diagnosis-rule.ts';
import { type Break, extraEvidence, type SurveyEvidence } from '../evidence.ts';

/** The connection itself failed, not the answers on it. */
const UNCONNECTED: ReadonlySet<Reason> = new Set<Reason>([
  'agent-port-refused',
  'agent-port-timeout-filtered',
  'network-unreachable',
  'discovery-connect-refused',
  'discovery-connect-timeout',
]);
const REFUSED: ReadonlySet<Reason> = new Set<Reason>(['agent-port-refused']);
/** Filtered, if the host itself is known to be reachable. */
const KEPT_OUT: ReadonlySet<Reason> = new Set<Reason>(['agent-port-timeout-filtered', 'network-unreachable']);

/** The start of the default range of ephemeral ports in Linux. */
const FIRST_EPHEMERAL = 32_768;
/** The usual port is in that range too. */
const CONVENTIONAL_PORT = 50_000;

/** Judges connections to the agent port: addresses, families, announced host and port. */
export const REACHABILITY_RULES: readonly DiagnosisRule[] = [
  {
    code: 'ipv6-ipv4-mismatch',
    judge(evidence) {
      const split = (['web', 'agent-port'] as const).flatMap((entrypoint) =>
        deadFamily(evidence, entrypoint),
      );
      const explains = split.flatMap(({ breaks }) => breaks);
      const [first] = explains;
      if (first === undefined) return null;
      const sure = split.some(
        ({ breaks }) => breaks.length > 1 || breaks.some(({ reason }) => reason === 'network-unreachable'),
      );
      return {
        // With one address per family, it may just be a dead host.
        confidence: sure ? 'certain' : 'likely',
        at: first.step,
        explains,
        evidence: [
          ...explains.map(describeStep),
          ...split.flatMap(({ alive }) => alive.map((address) => `${address}: works`)),
        ],
      };
    },
  },
  {
    code: 'one-az-of-many-dead',
    judge(evidence) {
      // If all of one family fail and all of the other work, the family is the cause.
      const explains = evidence.breaks.filter(
        ({ elsewhereFine, entrypoint }) => elsewhereFine && deadFamily(evidence, entrypoint).length === 0,
      );
      const [first] = explains;
      if (first === undefined) return null;
      const of = evidence.addresses.filter(({ entrypoint }) =>
        explains.some((each) => each.entrypoint === entrypoint),
      );
      return {
        confidence: 'certain',
        at: first.step,
        // The failure at that address gets its own diagnosis.
        explains: [],
        evidence: of.map(({ address, works }) => `${address}: ${works ? 'works' : 'fails'}`),
      };
    },
  },
  {
    code: 'advertised-host-wrong',
    judge(evidence) {
      const { announcement, asked, breaks } = evidence;
      if (asked.way !== 'discovery' || announcement?.hostAnnounced !== true) return null;
      const explains = breaks.filter(
        ({ entrypoint, reason }) =>
          entrypoint === 'agent-port' && (UNCONNECTED.has(reason) || reason === 'dns-not-resolving'),
      );
      const [first] = explains;
      if (first === undefined || first.elsewhereFine) return null;
      const place = formatHostPort(announcement.agentPort.host, announcement.agentPort.port);
      const found = foundElsewhere(evidence, 'url-host');
      if (found === null && first.reason !== 'dns-not-resolving') return null;
      return {
        confidence: 'certain',
        at: first.step,
        explains,
        evidence: [`the controller announces ${place}`, ...explains.map(describeStep), ...(found ?? [])],
      };
    },
  },
  {
    code: 'advertised-port-mismatch',
    judge(evidence) {
      const explains = breaksWith(evidence, 'agent-port', UNCONNECTED);
      const [first] = explains;
      const found = foundElsewhere(evidence, 'port-50000');
      if (first === undefined || found === null || evidence.announcement === null) return null;
      return {
        confidence: 'certain',
        at: first.step,
        explains,
        evidence: [
          `the controller announces port ${evidence.announcement.agentPort.port}`,
          ...explains.map(describeStep),
          ...found,
        ],
      };
    },
  },
  {
    code: 'tunnel-target-wrong',
    judge(evidence) {
      const { asked } = evidence;
      const explains = evidence.breaks.filter(
        ({ entrypoint, step }) => entrypoint === 'agent-port' && BEFORE_HANDSHAKE.has(step),
      );
      // If the proxy itself fails or refuses, nothing is known about the tunnel.
      const byProxy = explains.some(({ reason }) => PROXY_REASONS.has(reason));
      const [first] = explains;
      if (asked.way !== 'tunnel' || first === undefined || first.elsewhereFine) return null;
      const found = foundElsewhere(evidence, 'announced');
      const isWebPort =
        asked.agentPort !== null &&
        asked.web !== null &&
        asked.agentPort.host === asked.web.host &&
        asked.agentPort.port === asked.web.port;
      if (byProxy) return null;
      if (isWebPort) {
        const same = 'the tunnel has the host and port of the Jenkins URL';
        return {
          confidence: 'certain',
          at: first.step,
          explains,
          evidence: [...explains.map(describeStep), same],
        };
      }
      if (found === null) return null;
      return {
        confidence: 'possible',
        at: first.step,
        explains: [],
        evidence: found,
        compares: { hop: explains, sentence: `${found.join(', ')}: a tunnel to that address would work` },
      };
    },
  },
  {
    code: 'direct-host-wrong',
    judge(evidence) {
      const { asked } = evidence;
      const explains = breaksWith(evidence, 'agent-port', UNCONNECTED);
      const [first] = explains;
      if (asked.way !== 'direct' || first === undefined || first.elsewhereFine) return null;
      if (asked.web === null || asked.agentPort === null || asked.web.host !== asked.agentPort.host)
        return null;
      if (!evidence.passed.has('listener')) return null;
      return {
        confidence: 'likely',
        at: first.step,
        explains,
        evidence: [
          ...explains.map(describeStep),
          `the web port of the same host ${asked.web.host} answers`,
          ...(evidence.announcement === null
            ? []
            : [
                `the controller announces ${formatHostPort(evidence.announcement.agentPort.host, evidence.announcement.agentPort.port)}`,
              ]),
        ],
      };
    },
  },
  {
    code: 'random-agent-port',
    judge(evidence) {
      const { announcement, asked } = evidence;
      const explains = breaksWith(evidence, 'agent-port', UNCONNECTED);
      const [first] = explains;
      if (announcement === null || first === undefined || first.elsewhereFine || asked.way !== 'discovery')
        return null;
      const { port } = announcement.agentPort;
      const others = asked.earlierPorts.filter((earlier) => earlier !== port);
      if (others.length === 0 && (port < FIRST_EPHEMERAL || port === CONVENTIONAL_PORT)) return null;
      return {
        // A single observation cannot distinguish a random port from a chosen one.
        confidence: others.length > 1 ? 'certain' : others.length === 1 ? 'likely' : 'possible',
        at: first.step,
        explains: others.length > 0 ? explains : [],
        evidence: [
          ...(others.length > 0 ? explains.map(describeStep) : []),
          others.length > 0
            ? `the controller announces port ${port} now, and announced ${others.join(', ')} before`
            : `the announced port ${port} is in the range of random ports`,
        ],
        ...(others.length > 0
          ? {}
          : { next: ['Check if the controller announces the same port after a restart.'] }),
      };
    },
  },
  {
    code: 'agent-port-timeout-filtered',
    judge(evidence) {
      const alive = breaksWith(evidence, 'agent-port', KEPT_OUT).find(
        ({ address }) => address !== null && hostAnswers(evidence, hostOf(address)),
      );
      if (alive?.address == null) return null;
      const explains = breaksWith(evidence, 'agent-port', new Set([alive.reason]));
      const [first = alive] = explains;
      return {
        // A listener with a full queue does not answer either.
        confidence: 'likely',
        at: first.step,
        explains,
        evidence: [
          ...explains.map(describeStep),
          `the web port of the same address ${hostOf(alive.address)} answers`,
        ],
      };
    },
  },
  {
    code: 'listener-thread-dead',
    judge(evidence) {
      const explains = breaksWith(evidence, 'agent-port', REFUSED);
      const [first] = explains;
      const { listener, announcement, asked } = evidence;
      if (first === undefined || first.elsewhereFine || announcement === null || asked.way === 'tunnel')
        return null;
      const behindNothing =
        listener?.server?.startsWith('Jetty') === true &&
        explains.every(({ address }) => address !== null && hostAnswers(evidence, hostOf(address)));
      if (!behindNothing) return null;
      return {
        // A Service address without the port looks the same.
        confidence: 'possible',
        at: first.step,
        explains: [],
        evidence: [
          `Jenkins announces port ${announcement.agentPort.port}, and its own web server answers at the same address`,
        ],
        next: [
          'Connect to the agent port of the pod itself, and look for "Uncaught exception in TcpSlaveAgentListener" in its log.',
        ],
      };
    },
  },
];

const BEFORE_HANDSHAKE: ReadonlySet<Break['step']> = new Set<Break['step']>([
  'port-resolve',
  'port-connect',
  'hello',
  'ping',
]);

/** The family whose addresses all fail while all addresses of the other one work; at most one entry. */
function deadFamily(
  { addresses, breaks }: SurveyEvidence,
  entrypoint: Break['entrypoint'],
): readonly { readonly breaks: readonly Break[]; readonly alive: readonly string[] }[] {
  const own = addresses.filter((each) => each.entrypoint === entrypoint);
  return ([4, 6] as const).flatMap((family) => {
    const dead = own.filter((each) => each.family === family);
    const alive = own.filter((each) => each.family !== family);
    if (dead.length === 0 || alive.length === 0) return [];
    if (dead.some(({ works }) => works) || alive.some(({ works }) => !works)) return [];
    const names = new Set(dead.map(({ address }) => address));
    const broken = breaks.filter(
      (each) => each.entrypoint === entrypoint && each.address !== null && names.has(each.address),
    );
    if (!broken.every(({ reason }) => UNCONNECTED.has(reason))) return [];
    return [{ breaks: broken, alive: alive.map(({ address }) => address) }];
  });
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':'));
}

/** True if the web entrypoint at this address accepts connections. Connections through a proxy do not count. */
function hostAnswers({ passed, webProxy }: SurveyEvidence, host: string): boolean {
  if (webProxy !== null) return false;
  return (passed.get('web-connect') ?? []).some((address) => hostOf(address) === host);
}

/** The sentence of an extra check that found the agent port at another address; null without one. */
function foundElsewhere(
  evidence: SurveyEvidence,
  place: 'announced' | 'url-host' | 'port-50000',
): readonly string[] | null {
  const found = extraEvidence(evidence, 'other-place').find(
    (each) => each.place === place && each.hello !== null,
  );
  return found === undefined
    ? null
    : [`an agent port answers the hello at ${formatHostPort(found.at.host, found.at.port)}`];
}
