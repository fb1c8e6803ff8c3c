import type { ControllerSettings } from '../config/settings.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { canonicalHost } from '../model/address-kind.ts';
import type { Clock, Random } from '../model/clock.ts';
import { costsOf } from '../model/cost.ts';
import { CHEAP_CHECKS, type ExtraCheckPermissions } from '../model/extra-check-permissions.ts';
import { entrypointsOf, type PlannedDepth, planOf } from '../model/plan.ts';
import {
  type Depth,
  type Entrypoint,
  firstFailure,
  type ProbeResult,
  type StepResult,
} from '../model/result.ts';
import type { Survey } from '../model/survey.ts';
import { hostsOf } from '../model/target.ts';
import { formatHostPort, formatTunnel } from '../protocol/host-port.ts';
import type { FollowedController } from '../verdict/followed.ts';
import { combine, type Verdict } from '../verdict/verdict.ts';
import { failedBeyond, standing } from '../verdict/weight.ts';
import { pauseMs, slowestPauseMs } from './backoff.ts';
import type { ConnectionBudget } from './budget.ts';
import { EntrypointWatch } from './entrypoint-watch.ts';
import type { Guest, VisitRefusal } from './guest.ts';
import { History } from './history.ts';
import type { WatchObserver } from './observer.ts';
import { Prober } from './prober.ts';
import type { Probes } from './probes.ts';
import { RestartWatch } from './restart.ts';
import { Schedule, type Turn } from './schedule.ts';
import type { ControllerStatus } from './status.ts';
import { Timeline } from './timeline.ts';
import type { PastChange, WatchDetail } from './watch-detail.ts';

/** The dependencies of a watch. */
export interface WatchDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly probes: Probes;
  readonly observer: WatchObserver;
  /** Returns the oldest remoting version of a controller's agents in this cluster; null: unknown. */
  readonly agentVersion: (controller: string) => string | null;
}

/** The limit of kept verdict changes. */
const MAX_CHANGES = 20;
/** The pause before a deep probe that a restart postpones. */
const PUT_OFF_MS = 30_000;

/**
 * Probes one controller on a schedule, one probe at a time. Keeps the verdicts, the last results and a short history.
 * Reading the status never starts a probe.
 */
export class Watch {
  readonly settings: ControllerSettings;
  readonly #deps: WatchDeps;
  readonly #schedule: Schedule;
  readonly #prober: Prober;
  readonly #restart: RestartWatch;
  readonly #entrypoints: ReadonlyMap<Entrypoint, EntrypointWatch>;
  readonly #latest = new Map<Depth, ProbeResult>();
  readonly #history = new History();
  readonly #timelines: ReadonlyMap<Entrypoint, Timeline>;
  #changes: readonly PastChange[] = [];
  #drained = false;
  #takenBack = false;
  #status: ControllerStatus | null = null;
  #resting = false;
  #cancelTimer: () => void = () => undefined;

  constructor(settings: ControllerSettings, budget: ConnectionBudget, deps: WatchDeps) {
    const { target } = settings;
    this.settings = settings;
    this.#deps = deps;
    const plan = planOf(settings);
    this.#schedule = new Schedule(plan, deps.clock, deps.random);
    this.#prober = new Prober(target, deps.probes, budget, {
      placed: () => this.#portPlaced(),
      agentVersion: () => deps.agentVersion(target.name),
    });
    this.#restart = new RestartWatch(deps.clock);
    this.#entrypoints = new Map(
      entrypointsOf(plan).map((entrypoint) => [entrypoint, this.#watchEntrypoint(entrypoint, plan)]),
    );
    this.#timelines = new Map(
      [...this.#entrypoints.keys()].map((entrypoint) => [entrypoint, new Timeline()]),
    );
  }

  get name(): string {
    return this.settings.target.name;
  }

  /** True if every depth has had its first turn. */
  get firstRoundDone(): boolean {
    return this.#schedule.firstRoundDone;
  }

  /** Starts the first round after `delayMs`, all depths one after the other. */
  start(delayMs: number): void {
    this.#schedule.begin(delayMs);
    this.#arm();
  }

  /** Stops the schedule until {@link wake}. A running probe continues. @returns true if the schedule was running */
  rest(): boolean {
    const awake = !this.#resting;
    this.#resting = true;
    this.#cancelTimer();
    return awake;
  }

  /** Continues after {@link rest}, after at least `delayMs`. */
  wake(delayMs: number): void {
    if (!this.#resting) return;
    this.#resting = false;
    this.#schedule.putOff(delayMs);
    this.#arm();
  }

  /** Uses the verdicts of another replica. @returns the entrypoints whose verdict changed */
  adopt({ entrypoints, depthAgesMs }: FollowedController): readonly Entrypoint[] {
    const changed: Entrypoint[] = [];
    for (const followed of entrypoints) {
      const own = this.#entrypoints.get(followed.entrypoint);
      if (own !== undefined && own.verdict !== followed.verdict) changed.push(followed.entrypoint);
      own?.adopt(followed);
    }
    this.#schedule.takenElsewhere(depthAgesMs);
    this.#status = null;
    return changed;
  }

  /** Returns the status: the same object until something changes. Ages and staleness are computed on access. */
  status(): ControllerStatus {
    this.#status ??= this.#takeStatus();
    return this.#status;
  }

  /** A text that changes with the verdicts and their reasons. */
  get look(): string {
    return [...this.#entrypoints.values()].map(({ look }) => look).join(' ');
  }

  /** Returns the details besides the status. */
  detail(): WatchDetail {
    const now = this.#deps.clock.now();
    return {
      standing: this.#standing(),
      timeline: [...this.#timelines].map(([entrypoint, line]) => ({ entrypoint, cells: line.cells(now) })),
      changes: this.#changes,
      schedule: this.#schedule.pauses,
      budget: this.#prober.budgetUse,
      lastStart: this.#restart.lastStart,
    };
  }

  /** Returns the scheduled results as a survey; null before the first. */
  known(): Survey | null {
    const standing = this.#standing();
    return standing.length === 0 ? null : this.#prober.surveyOf(standing);
  }

  /** Sets the manual drain in the status. */
  drain({ drained, takenBack }: Pick<ControllerStatus, 'drained' | 'takenBack'>): void {
    this.#takenBack = takenBack;
    this.#drained = drained;
    this.#status = null;
  }

  /**
   * Runs a full survey now, between the scheduled probes. It logs in only if login is scheduled. Rejects with
   * `BudgetSpent`.
   * @param onStep called when a step ends
   */
  async survey(
    permissions: ExtraCheckPermissions = CHEAP_CHECKS,
    onStep: (step: StepResult) => void = () => undefined,
  ): Promise<Survey> {
    // With WebSocket, a login puts the node online.
    const login = this.settings.target.websocket === 'off' && this.#schedule.has('login');
    const survey = await this.#prober.survey(login ? 'login' : 'handshake', permissions, onStep);
    this.#count(survey);
    return survey;
  }

  /**
   * Probes one depth now, between the scheduled probes. The result affects no verdict. Rejects with `BudgetSpent`.
   * @returns null if agents of this controller do not use the depth
   */
  async probeNow(depth: Depth): Promise<ProbeResult | null> {
    const results = (await this.#prober.probeNow(depth)) ?? [];
    for (const result of results) this.#deps.observer.surveyed(this.name, result);
    return results.at(-1) ?? null;
  }

  /** Returns true if this controller has one of these hosts or addresses, in its settings or its latest results. */
  isAt(hosts: readonly string[]): boolean {
    const own = new Set(hostsOf(this.settings.target));
    for (const { steps } of this.#latest.values())
      for (const { address } of steps) {
        if (address !== null) own.add(canonicalHost(address.slice(0, address.lastIndexOf(':'))));
      }
    return hosts.some((host) => own.has(canonicalHost(host)));
  }

  /** Admits a survey of another target. @returns null, or the reason for a refusal */
  receive(guest: Guest): VisitRefusal | null {
    return this.#prober.receive(guest);
  }

  /** Removes a guest. @param survey its cost for this controller; null: none */
  left(guest: Guest, survey: Survey | null): void {
    this.#prober.left(guest, survey);
    if (survey !== null) this.#count(survey);
  }

  /** Cancels the running probe and starts no other. Resolves when none is running. */
  async close(): Promise<void> {
    this.#cancelTimer();
    await this.#prober.close();
  }

  #count(survey: Survey): void {
    for (const cost of costsOf(survey)) this.#deps.observer.surveyed(this.name, cost);
  }

  #takeStatus(): ControllerStatus {
    const entrypoints = [...this.#entrypoints.values()].map((entrypoint) => entrypoint.status());
    const { url, tunnel, direct } = this.settings.target;
    const history = this.#history;
    return {
      name: this.name,
      url: url?.href ?? null,
      tunnel: tunnel && formatTunnel(tunnel),
      direct: direct && formatHostPort(direct.host, direct.port),
      verdict: combine(entrypoints.filter(({ needed }) => needed).map(({ verdict }) => verdict)),
      drained: this.#drained,
      takenBack: this.#takenBack,
      entrypoints,
      results: [...this.#latest.values()],
      // Copied only when a page or the API shows them, not after each result.
      get recent() {
        return history.recent;
      },
      get failures() {
        return history.failures;
      },
    };
  }

  #watchEntrypoint(entrypoint: Entrypoint, plan: readonly PlannedDepth[]): EntrypointWatch {
    const { rise, fall, initial, onStale, staleAfter, target } = this.settings;
    const own = plan.filter((planned) => planned.entrypoint === entrypoint);
    const slowest = Math.min(...own.map(({ depth, cadenceMs }) => slowestPauseMs(depth, cadenceMs)));
    // The longest pauses with back-off and jitter, plus the timeouts of all other probes in between.
    const maxAgeMs = staleAfter * (1.1 * slowest + plan.length * target.timeoutMs);
    const needed = entrypoint !== 'web' || target.direct === null;
    const policy = { rise, fall, initial, onStale, maxAgeMs, needed };
    return new EntrypointWatch(entrypoint, policy, this.#deps.clock);
  }

  /** Sets the timer for the turn that is due first, or for the time at which the budget allows it. */
  #arm(): void {
    const turn = this.#schedule.next;
    if (turn === null || this.#prober.closed || this.#resting) return;
    const waitMs = Math.max(0, turn.dueAt - this.#deps.clock.elapsed(), this.#prober.waitMs(turn.depth));
    this.#cancelTimer();
    this.#cancelTimer = this.#deps.clock.setTimer(waitMs, () => this.#prober.inTurn(() => this.#take(turn)));
  }

  async #take(turn: Turn): Promise<void> {
    const { clock, observer } = this.#deps;
    if (this.#prober.closed || this.#resting) return;
    // A diagnosis may have used the budget while this turn waited.
    if (this.#prober.waitMs(turn.depth) > 0) return this.#arm();
    const startedAt = clock.elapsed();
    const putOff = !turn.lightest && this.#restart.suspected;
    try {
      const probe = putOff ? null : this.#prober.probe(turn.depth);
      if (probe !== null) {
        observer.begun(this.name, Math.max(0, startedAt - turn.dueAt));
        const result = await probe;
        if (this.#prober.closed) return;
        if (result.inconclusive === null) this.#settle(turn, result);
        else observer.inconclusive(this.name, result.inconclusive, result);
      }
    } catch (error) {
      observer.broke(this.name, turn.depth, error);
    }
    const pauseMs = putOff ? Math.min(PUT_OFF_MS, turn.cadenceMs) : this.#pauseAfter(turn);
    this.#schedule.ended(turn, startedAt, pauseMs);
    this.#arm();
    observer.backedOff(this.name, this.#schedule.slowedByMs);
  }

  #settle(turn: Turn, result: ProbeResult): void {
    const { observer } = this.#deps;
    const entrypoint = this.#entrypoints.get(turn.entrypoint);
    const from = entrypoint?.take(result, this.#latest) ?? 'unknown';
    this.#latest.set(turn.depth, result);
    this.#history.add(result);
    this.#timelines.get(turn.entrypoint)?.add(result.startedAt, result.success);
    this.#restart.take(result);
    this.#status = null;
    observer.ended(this.name, result);
    observer.diagnosed(this.name, diagnose(this.#prober.surveyOf(this.#standing())));
    if (entrypoint !== undefined && entrypoint.verdict !== from) {
      const { verdict: to } = entrypoint;
      this.#noteChange(turn.entrypoint, from, to, result);
      observer.verdictChanged({ controller: this.name, entrypoint: turn.entrypoint, from, to, result });
    }
  }

  #noteChange(entrypoint: Entrypoint, from: Verdict, to: Verdict, result: ProbeResult): void {
    const failure = result.success ? null : firstFailure(result);
    const { step = null, reason = null } = failure ?? {};
    const change = { at: this.#deps.clock.now(), entrypoint, from, to, step, reason };
    this.#changes = [change, ...this.#changes].slice(0, MAX_CHANGES);
  }

  /** Returns the latest results that are still valid. */
  #standing(): readonly ProbeResult[] {
    return standing([...this.#latest.values()].filter((each) => !this.#restart.isPast(each)));
  }

  /** Makes probes of the agent port due, because its address is known now. */
  #portPlaced(): void {
    this.#schedule.hasten('agent-port');
    this.#arm();
  }

  #pauseAfter({ depth, entrypoint, cadenceMs, lightest }: Turn): number {
    const own = this.#entrypoints.get(entrypoint);
    const web = this.#entrypoints.get('web');
    // If the Jenkins URL fails, the controller may be restarting: slow down its other entrypoints too.
    const ofWeb = this.settings.target.direct === null ? (web?.failures ?? 0) : 0;
    const latest = this.#latest.get(depth);
    // Only deep probes fail after `ping`, so the pings in between do not settle the verdict.
    const unconfirmed =
      entrypoint === 'agent-port' &&
      own?.verdict !== 'down' &&
      latest !== undefined &&
      failedBeyond(latest, 'ping');
    return pauseMs({
      settling: own?.unsettled === true && lightest && ofWeb === 0,
      depth,
      cadenceMs,
      failures: Math.max(own?.failures ?? 0, ofWeb),
      fall: this.settings.fall,
      unconfirmed,
    });
  }
}
