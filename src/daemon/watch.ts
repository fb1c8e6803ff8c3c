import type { ControllerSettings } from '../config/settings.ts';
import { needsAnnouncement } from '../probe/agent-port.ts';
import { type Depth, type Endpoint, isAgentPortDepth, type ProbeResult } from '../probe/result.ts';
import type { Survey } from '../probe/survey.ts';
import type { ListenerAnnouncement } from '../protocol/listener.ts';
import { combine } from '../verdict/verdict.ts';
import { failedBeyond } from '../verdict/weight.ts';
import { pauseMs, slowestPauseMs } from './backoff.ts';
import { jittered, nextDue } from './cadence.ts';
import type { Clock, Random } from './clock.ts';
import { EndpointWatch } from './endpoint-watch.ts';
import type { FollowedController } from './followed.ts';
import { History } from './history.ts';
import { Lane } from './lane.ts';
import type { WatchObserver } from './observer.ts';
import { applies, endpointsOf, type PlannedDepth, planOf } from './plan.ts';
import type { Probes } from './probes.ts';
import type { ControllerStatus } from './status.ts';

/** What a watch works with. */
export interface WatchDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly probes: Probes;
  readonly observer: WatchObserver;
}

/** A depth's place in the schedule. */
interface Turn extends PlannedDepth {
  /** By {@link Clock.elapsed}. */
  dueAt: number;
  /** How long the pause before `dueAt` was meant to be, without jitter. */
  pauseMs: number;
  done: boolean;
}

/**
 * Watches one controller: takes each depth in its turn, one probe at a time, and keeps what they find out: the verdicts,
 * the last results and a short history. Asking for its status costs the controller nothing.
 */
export class Watch {
  readonly settings: ControllerSettings;
  readonly #deps: WatchDeps;
  readonly #turns: readonly Turn[];
  readonly #endpoints: ReadonlyMap<Endpoint, EndpointWatch>;
  readonly #latest = new Map<Depth, ProbeResult>();
  readonly #history = new History();
  readonly #lane = new Lane();
  readonly #url: string | null;
  readonly #closing = new AbortController();
  #announcement: ListenerAnnouncement | null = null;
  #drained = false;
  #takenBack = false;
  #resting = false;
  #cancelTimer: () => void = () => undefined;

  constructor(settings: ControllerSettings, deps: WatchDeps) {
    this.settings = settings;
    this.#deps = deps;
    this.#url = settings.target.url?.href ?? null;
    const plan = planOf(settings);
    this.#turns = plan.map((planned) => ({
      ...planned,
      dueAt: 0,
      pauseMs: planned.cadenceMs,
      done: false,
    }));
    this.#endpoints = new Map(
      endpointsOf(plan).map((endpoint) => [endpoint, this.#watchEndpoint(endpoint, plan)]),
    );
  }

  get name(): string {
    return this.settings.target.name;
  }

  /** Whether every depth has had its first turn. */
  get firstRoundDone(): boolean {
    return this.#turns.every(({ done }) => done);
  }

  /** Begins the first round after `delayMs`, all depths one after the other. */
  start(delayMs: number): void {
    const dueAt = this.#deps.clock.elapsed() + delayMs;
    for (const turn of this.#turns) turn.dueAt = dueAt;
    this.#arm();
  }

  /** Takes no further probe until {@link wake}; one that runs is brought to its end. */
  rest(): void {
    this.#resting = true;
    this.#cancelTimer();
  }

  /** Goes on after {@link rest}, no sooner than after `delayMs`, with what is due by then. */
  wake(delayMs: number): void {
    if (!this.#resting) return;
    this.#resting = false;
    const from = this.#deps.clock.elapsed() + delayMs;
    for (const turn of this.#turns) turn.dueAt = Math.max(turn.dueAt, from);
    this.#arm();
  }

  /** Takes over what another replica knows of this controller. @returns the endpoints whose verdict is another now */
  adopt({ endpoints, depthAgesMs }: FollowedController): readonly Endpoint[] {
    const now = this.#deps.clock.elapsed();
    const changed: Endpoint[] = [];
    for (const followed of endpoints) {
      const own = this.#endpoints.get(followed.endpoint);
      if (own !== undefined && own.verdict !== followed.verdict) changed.push(followed.endpoint);
      own?.adopt(followed);
    }
    for (const turn of this.#turns) {
      const ageMs = depthAgesMs[turn.depth];
      turn.done = true;
      // Whoever takes over does not repeat what was done a moment ago.
      if (ageMs !== undefined) turn.dueAt = Math.max(turn.dueAt, now - ageMs + turn.cadenceMs);
    }
    return changed;
  }

  status(): ControllerStatus {
    const endpoints = [...this.#endpoints.values()].map((endpoint) => endpoint.status());
    const latest = this.#latest;
    const history = this.#history;
    return {
      name: this.name,
      url: this.#url,
      verdict: combine(endpoints.filter(({ needed }) => needed).map(({ verdict }) => verdict)),
      drained: this.#drained,
      takenBack: this.#takenBack,
      endpoints,
      // A health check looks at none of these.
      get results() {
        return [...latest.values()];
      },
      get recent() {
        return history.recent;
      },
      get failures() {
        return history.failures;
      },
    };
  }

  /** Takes the controller out by hand, or in again. It is probed all the same. */
  drain(drained: boolean): void {
    this.#takenBack = this.#takenBack || (this.#drained && !drained);
    this.#drained = drained;
  }

  /** Looks at everything now, between the scheduled probes. The login is taken only where it is scheduled as well. */
  survey(): Promise<Survey> {
    const { probes, observer } = this.#deps;
    const { target } = this.settings;
    // With a WebSocket endpoint a survey's login would put the node online.
    const login = target.websocket === 'off' && this.#turns.some(({ depth }) => depth === 'login');
    return this.#lane.run(async () => {
      const survey = await probes.survey(target, login ? 'login' : 'handshake', {
        signal: this.#closing.signal,
      });
      for (const result of survey.results) observer.surveyed(this.name, result);
      return survey;
    });
  }

  /**
   * Takes one depth now, between the scheduled probes; it counts for no verdict. Where the place of the agent port is not
   * known yet, the Jenkins URL is asked first.
   * @returns null where agents of this controller have no use for the depth
   */
  async probeNow(depth: Depth): Promise<ProbeResult | null> {
    const { probes, observer } = this.#deps;
    const { target } = this.settings;
    if (!applies(depth, target)) return null;
    const options = { signal: this.#closing.signal };
    return this.#lane.run(async () => {
      if (isAgentPortDepth(depth) && this.#announcement === null && needsAnnouncement(target)) {
        const web = await probes.web(target, options);
        observer.surveyed(this.name, web);
        if (web.evidence.announcement !== undefined) this.#announce(web.evidence.announcement);
      }
      const result = await (this.#probe(depth) ?? probes.agentPort(target, 'ping', null, options));
      observer.surveyed(this.name, result);
      return result;
    });
  }

  /** Calls off the running probe and takes no further one. Resolves when none is running. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelTimer();
    await this.#lane.idle();
  }

  #watchEndpoint(endpoint: Endpoint, plan: readonly PlannedDepth[]): EndpointWatch {
    const { rise, fall, target } = this.settings;
    const own = plan.filter((planned) => planned.endpoint === endpoint);
    const slowest = Math.min(...own.map(({ depth, cadenceMs }) => slowestPauseMs(depth, cadenceMs)));
    // Two whole pauses, each as long as back-off and jitter make it, and every other probe hanging in between.
    const maxAgeMs = 2 * (1.1 * slowest + plan.length * target.timeoutMs);
    const needed = endpoint !== 'web' || target.direct === null;
    return new EndpointWatch(endpoint, { rise, fall, maxAgeMs, needed }, this.#deps.clock);
  }

  /** Sets the timer for the turn that is due first; of several, the earlier one in the plan. */
  #arm(): void {
    const [first, ...others] = this.#turns;
    if (first === undefined || this.#closing.signal.aborted || this.#resting) return;
    this.#cancelTimer();
    const turn = others.reduce((soonest, other) => (other.dueAt < soonest.dueAt ? other : soonest), first);
    const waitMs = Math.max(0, turn.dueAt - this.#deps.clock.elapsed());
    this.#cancelTimer = this.#deps.clock.setTimer(waitMs, () => {
      void this.#lane.run(() => this.#take(turn));
    });
  }

  async #take(turn: Turn): Promise<void> {
    const { clock, observer } = this.#deps;
    if (this.#closing.signal.aborted || this.#resting) return;
    const startedAt = clock.elapsed();
    try {
      const probe = this.#probe(turn.depth);
      if (probe !== null) {
        observer.begun(this.name, Math.max(0, startedAt - turn.dueAt));
        const result = await probe;
        if (this.#closing.signal.aborted) return;
        this.#settle(turn, result);
      }
    } catch (error) {
      observer.broke(this.name, turn.depth, error);
    }
    turn.done = true;
    turn.pauseMs = this.#pauseAfter(turn);
    const pause = jittered(turn.pauseMs, this.#deps.random);
    turn.dueAt = nextDue(startedAt, clock.elapsed(), pause);
    observer.backedOff(this.name, Math.max(...this.#turns.map((each) => each.pauseMs - each.cadenceMs), 0));
    this.#arm();
  }

  /** Starts the probe of a depth; null where the agent port's place is needed and was never announced. */
  #probe(depth: Depth): Promise<ProbeResult> | null {
    const { probes } = this.#deps;
    const { target } = this.settings;
    const options = { signal: this.#closing.signal };
    switch (depth) {
      case 'web':
        // Elsewhere the agent port's hello tells the version at less cost.
        return probes.web(target, { ...options, login: target.websocket === 'only' });
      case 'websocket':
        return probes.websocket(target, options);
      default:
        if (this.#announcement === null && needsAnnouncement(target)) return null;
        return probes.agentPort(target, depth, this.#announcement, options);
    }
  }

  #settle(turn: Turn, result: ProbeResult): void {
    const { observer } = this.#deps;
    const endpoint = this.#endpoints.get(turn.endpoint);
    const from = endpoint?.take(result, this.#latest) ?? 'unknown';
    this.#latest.set(turn.depth, result);
    this.#history.add(result);
    if (result.evidence.announcement !== undefined) this.#announce(result.evidence.announcement);
    observer.ended(this.name, result);
    if (endpoint !== undefined && endpoint.verdict !== from) {
      const { verdict: to } = endpoint;
      observer.verdictChanged({ controller: this.name, endpoint: turn.endpoint, from, to, result });
    }
  }

  /** Keeps the announcement for the agent-port probes; the first one makes those due that had to do without. */
  #announce(announcement: ListenerAnnouncement): void {
    const first = this.#announcement === null;
    this.#announcement = announcement;
    if (!first || !needsAnnouncement(this.settings.target)) return;
    const now = this.#deps.clock.elapsed();
    for (const turn of this.#turns) {
      if (turn.endpoint === 'agent-port') turn.dueAt = Math.min(turn.dueAt, now);
    }
  }

  #pauseAfter({ depth, endpoint, cadenceMs }: Turn): number {
    const own = this.#endpoints.get(endpoint);
    const web = this.#endpoints.get('web');
    // A Jenkins URL that fails is a controller in trouble, perhaps restarting: leave its other doors in peace as well.
    const ofWeb = this.settings.target.direct === null ? (web?.failures ?? 0) : 0;
    const latest = this.#latest.get(depth);
    // Only deep probes fail beyond `ping`: the many pings in between will not settle the verdict.
    const unconfirmed =
      endpoint === 'agent-port' &&
      own?.verdict !== 'down' &&
      latest !== undefined &&
      failedBeyond(latest, 'ping');
    const lightest = this.#turns.find((turn) => turn.endpoint === endpoint)?.depth;
    return pauseMs({
      settling: own?.unsettled === true && depth === lightest && ofWeb === 0,
      depth,
      cadenceMs,
      failures: Math.max(own?.failures ?? 0, ofWeb),
      fall: this.settings.fall,
      unconfirmed,
    });
  }
}
