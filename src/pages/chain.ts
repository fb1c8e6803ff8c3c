import {
  ENTRYPOINTS,
  type Entrypoint,
  type Outcome,
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
  /** The hop that resolves the name, if it has several addresses. With one address it is the first hop of its way. */
  readonly resolve: ChainHop | null;
  /** At least one. */
  readonly ways: readonly ChainWay[];
}

/** The first broken hop of a chain. */
export interface ChainBreak {
  readonly lane: ChainLane;
  readonly hop: ChainHop;
  /** From 1. */
  readonly number: number;
  /** The number of hops at each address of this lane. */
  readonly of: number;
  /** The number of addresses with a broken hop. */
  readonly broken: number;
  readonly addresses: number;
}

/** The hops of each entrypoint. */
const HOPS: Readonly<Record<Entrypoint, readonly StepName[]>> = {
  web: ['web-resolve', 'web-connect', 'web-tls', 'listener'],
  'agent-port': [
    ...(['port-resolve', 'port-connect', 'hello', 'ping', 'ack', 'tls', 'identity'] as const),
    ...(['headers', 'capability'] as const),
  ],
  websocket: ['ws-upgrade', 'ws-roundtrip', 'ws-login'],
};
/** Hops that are shown only if they were probed: an http URL has no TLS, and the WebSocket login is optional. */
const OPTIONAL: ReadonlySet<StepName> = new Set<StepName>(['web-tls', 'ws-login']);

/** The names of hops below the title of their lane. */
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

/** Returns the name of a hop below the title of its lane. */
export function hopName(step: StepName): string {
  return HOP_NAMES[step] ?? step;
}

/** Returns true if a step resolves a name. */
export function isResolving(step: StepName): boolean {
  return step === 'web-resolve' || step === 'port-resolve';
}

/** Returns the chain of hops by entrypoint and address. @param entrypoints those that always have a lane */
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

/** Marks hops without a result after a failed hop as not reached. */
function ended(hops: readonly ChainHop[]): readonly ChainHop[] {
  const broken = hops.findIndex(({ outcome }) => outcome === 'failed');
  const started = hops.some(({ outcome }) => outcome !== 'unchecked');
  return hops.map((hop, index) =>
    hop.outcome === 'unchecked' && ((broken >= 0 && index > broken) || !started)
      ? { ...hop, outcome: 'skipped' }
      : hop,
  );
}

/** Returns true if a way has a broken hop. */
export function isBroken({ hops }: ChainWay): boolean {
  return hops.some(({ outcome }) => outcome === 'failed');
}

/**
 * Returns the first broken hop; null if no hop is broken.
 * @param needed the entrypoints that agents need; they precede the others
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

/** Returns the first broken hop of a lane; null if no hop is broken. */
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

/** The names of the lanes in a sentence. */
const LANE_NAMES: Readonly<Record<Entrypoint, string>> = {
  web: 'the Jenkins URL',
  'agent-port': 'the agent port',
  websocket: 'the WebSocket entrypoint',
};

/** Returns the position of a hop: `hop 4 of 9 on the agent port`. */
export function hopPosition({ number, of, lane }: ChainBreak): string {
  return `hop ${number} of ${of} on ${LANE_NAMES[lane.entrypoint]}`;
}

/** Returns the number of broken addresses: `at both addresses`; empty for one address. */
export function brokenAddresses({ broken, addresses }: Pick<ChainBreak, 'broken' | 'addresses'>): string {
  if (addresses < 2) return '';
  if (broken < addresses) return `at ${broken} of ${addresses} addresses`;
  return addresses === 2 ? 'at both addresses' : `at all ${addresses} addresses`;
}

/** Returns one sentence about the first broken hop, without a full stop. */
export function breakSentence(found: ChainBreak | null): string {
  if (found === null) return 'every hop that was probed is good';
  const addresses = brokenAddresses(found);
  const where = `breaks at ${hopName(found.hop.step)}, ${hopPosition(found)}`;
  return addresses === '' ? where : `${where}, ${addresses}`;
}
