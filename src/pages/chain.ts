import {
  ENTRYPOINTS,
  type Entrypoint,
  type Outcome,
  type ProbeResult,
  STEPS,
  type StepName,
  type StepResult,
} from '../model/result.ts';

/** One hop of a chain. `unchecked`: no probe takes this step here. */
export interface ChainHop {
  readonly step: StepName;
  readonly outcome: Outcome | 'unchecked';
  readonly durationMs: number;
  readonly detail: string;
}

/** The hops at one address. */
export interface ChainWay {
  /** null: no address is known. */
  readonly address: string | null;
  readonly hops: readonly ChainHop[];
}

/** The hops of one entrypoint. */
export interface ChainLane {
  readonly entrypoint: Entrypoint;
  /** The hop that finds the addresses, where there are several; with one address it is the first hop of its way. */
  readonly resolve: ChainHop | null;
  /** At least one. */
  readonly ways: readonly ChainWay[];
}

/** Where a chain breaks first. */
export interface ChainBreak {
  readonly lane: ChainLane;
  readonly hop: ChainHop;
  /** From 1. */
  readonly number: number;
  /** How many hops a way of this lane has. */
  readonly of: number;
  /** Addresses at which this lane breaks. */
  readonly broken: number;
  readonly addresses: number;
}

/** The hops of each entrypoint, and whether they are shown where no probe takes them. */
const HOPS: Readonly<Record<Entrypoint, readonly StepName[]>> = {
  web: ['web-resolve', 'web-connect', 'web-tls', 'listener'],
  'agent-port': [
    ...(['port-resolve', 'port-connect', 'hello', 'ping', 'ack', 'tls', 'identity'] as const),
    ...(['headers', 'capability'] as const),
  ],
  websocket: ['ws-upgrade', 'ws-roundtrip', 'ws-login'],
};
/** An http URL has no TLS hop, and a WebSocket login is not a hop of its own. */
const OPTIONAL: ReadonlySet<StepName> = new Set<StepName>(['web-tls', 'ws-login']);

/** What each hop is called below the title of its lane. */
const HOP_NAMES: Partial<Readonly<Record<StepName, string>>> = {
  'web-resolve': 'resolve',
  'web-connect': 'connect',
  'web-tls': 'tls',
  'port-resolve': 'resolve',
  'port-connect': 'connect',
  'ws-upgrade': 'upgrade',
  'ws-roundtrip': 'round trip',
  'ws-login': 'login',
};

/** The name of a hop below the title of its lane. */
export function hopName(step: StepName): string {
  return HOP_NAMES[step] ?? step;
}

/** Whether a step concerns a name and no address. */
export function isResolving(step: StepName): boolean {
  return step === 'web-resolve' || step === 'port-resolve';
}

/** The steps of several probes as one list: of the same step at the same address the later one, unless it was skipped. */
export function mergedSteps(results: readonly ProbeResult[]): readonly StepResult[] {
  const steps = new Map<string, StepResult>();
  for (const result of [...results].sort((a, b) => a.startedAt - b.startedAt)) {
    for (const step of result.steps) {
      const key = `${step.step} ${step.address}`;
      if (step.outcome !== 'skipped' || !steps.has(key)) steps.set(key, step);
    }
  }
  return [...steps.values()];
}

/** The chain of hops that an agent takes, by entrypoint and address. @param entrypoints those that have a lane in any case */
export function lanesOf(
  steps: readonly StepResult[],
  entrypoints: readonly Entrypoint[] = [],
): readonly ChainLane[] {
  return ENTRYPOINTS.filter(
    (entrypoint) => entrypoints.includes(entrypoint) || steps.some((step) => step.entrypoint === entrypoint),
  ).map((entrypoint) =>
    laneOf(
      entrypoint,
      steps.filter((step) => step.entrypoint === entrypoint),
    ),
  );
}

function laneOf(entrypoint: Entrypoint, steps: readonly StepResult[]): ChainLane {
  const addresses = [...new Set(steps.map(({ address }) => address).filter((address) => address !== null))];
  const names = HOPS[entrypoint].filter(
    (name) => !OPTIONAL.has(name) || steps.some(({ step }) => step === name),
  );
  const resolving = names.filter(isResolving);
  const at = (address: string | null) => (name: StepName) =>
    hopOf(
      name,
      steps.find((each) => each.step === name && (each.address === address || isResolving(name))),
    );
  const [name] = resolving;
  if (addresses.length <= 1 || name === undefined) {
    const ways = addresses.length === 0 ? [null] : addresses;
    return {
      entrypoint,
      resolve: null,
      ways: ways.map((address) => ({ address, hops: ended(names.map(at(address))) })),
    };
  }
  const others = names.filter((each) => !isResolving(each));
  return {
    entrypoint,
    resolve: at(null)(name),
    ways: addresses.map((address) => ({ address, hops: ended(others.map(at(address))) })),
  };
}

function hopOf(step: StepName, result: StepResult | undefined): ChainHop {
  const { outcome = 'unchecked', durationMs = 0, detail = '' } = result ?? {};
  return { step, outcome, durationMs, detail };
}

/** After a hop that failed, the ones without a result were not reached. */
function ended(hops: readonly ChainHop[]): readonly ChainHop[] {
  const broken = hops.findIndex(({ outcome }) => outcome === 'failed');
  const started = hops.some(({ outcome }) => outcome !== 'unchecked');
  return hops.map((hop, index) =>
    hop.outcome === 'unchecked' && ((broken >= 0 && index > broken) || !started)
      ? { ...hop, outcome: 'skipped' }
      : hop,
  );
}

/** Whether a way has a broken hop. */
export function isBroken({ hops }: ChainWay): boolean {
  return hops.some(({ outcome }) => outcome === 'failed');
}

/**
 * Where agents are stopped; null where no hop is broken. @param needed the entrypoints that agents need: a hop at another
 * one comes last
 */
export function breakOf(
  lanes: readonly ChainLane[],
  needed: readonly Entrypoint[] = ENTRYPOINTS,
): ChainBreak | null {
  const ordered = [
    ...lanes.filter(({ entrypoint }) => needed.includes(entrypoint)),
    ...lanes.filter(({ entrypoint }) => !needed.includes(entrypoint)),
  ];
  const breaks = ordered.map(breakOfLane).filter((each) => each !== null);
  return breaks[0] ?? null;
}

/** Where a lane breaks first; null where it does not. */
export function breakOfLane(lane: ChainLane): ChainBreak | null {
  const { resolve, ways } = lane;
  const before = resolve === null ? 0 : 1;
  const of = before + (ways[0]?.hops.length ?? 0);
  const addresses = ways.length;
  if (resolve?.outcome === 'failed') {
    return { lane, hop: resolve, number: 1, of, broken: addresses, addresses };
  }
  const failed = ways.flatMap(({ hops }) =>
    hops.flatMap((hop, index) => (hop.outcome === 'failed' ? [{ hop, number: before + index + 1 }] : [])),
  );
  const [first] = failed.sort((a, b) => STEPS.indexOf(a.hop.step) - STEPS.indexOf(b.hop.step));
  if (first === undefined) return null;
  return { lane, ...first, of, broken: ways.filter(isBroken).length, addresses };
}

/** The titles of the lanes. */
export const LANE_TITLES: Readonly<Record<Entrypoint, string>> = {
  web: 'Jenkins URL',
  'agent-port': 'Agent port',
  websocket: 'WebSocket',
};

/** The lanes inside a sentence. */
const LANE_NAMES: Readonly<Record<Entrypoint, string>> = {
  web: 'the Jenkins URL',
  'agent-port': 'the agent port',
  websocket: 'the WebSocket entrypoint',
};

/** `hop 4 of 9 on the agent port`. */
export function hopPosition({ number, of, lane }: ChainBreak): string {
  return `hop ${number} of ${of} on ${LANE_NAMES[lane.entrypoint]}`;
}

/** At how many of several addresses a chain breaks: `at both addresses`; empty with one address. */
export function brokenAddresses({ broken, addresses }: Pick<ChainBreak, 'broken' | 'addresses'>): string {
  if (addresses < 2) return '';
  if (broken < addresses) return `at ${broken} of ${addresses} addresses`;
  return addresses === 2 ? 'at both addresses' : `at all ${addresses} addresses`;
}

/** Where a chain breaks, in one sentence without its full stop. */
export function breakSentence(found: ChainBreak | null): string {
  if (found === null) return 'every hop that was probed is good';
  const addresses = brokenAddresses(found);
  const where = `breaks at ${hopName(found.hop.step)}, ${hopPosition(found)}`;
  return addresses === '' ? where : `${where}, ${addresses}`;
}
