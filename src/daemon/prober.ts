import { CONNECTIONS_PER_ADDRESS, costsOf } from '../model/cost.ts';
import type { ExtraCheckPermissions } from '../model/extra-check-permissions.ts';
import { applies } from '../model/plan.ts';
import { type Depth, isAgentPortDepth, type ProbeResult, type StepResult } from '../model/result.ts';
import type { Survey } from '../model/survey.ts';
import type { Target } from '../model/target.ts';
import { needsAnnouncement } from '../probe/agent-port/probe-agent-port.ts';
import { askedOf, type SurveyOptions } from '../probe/take-survey.ts';
import { systemLookups } from '../probe/wire/lookups.ts';
import type { ListenerAnnouncement } from '../protocol/announcement.ts';
import { BudgetSpent, type ConnectionBudget } from './budget.ts';
import type { Guest, VisitRefusal } from './guest.ts';
import { Lane } from './lane.ts';
import type { Probes } from './probes.ts';

/** The limit of remembered agent ports. Two are enough to detect a random one. */
const MAX_PORTS_KEPT = 8;
/** The repeated hellos and web requests of a diagnosis, which detect a second controller behind the name. */
const REPEATED_HELLOS = 2;
const REPEATED_REQUESTS = 2;

interface ProberContext {
  /** Called when the address of the agent port becomes known for the first time. */
  readonly placed: () => void;
  /** Returns the oldest remoting version of the agents in this cluster; null: unknown. */
  readonly agentVersion: () => string | null;
}

/**
 * Probes one controller: one probe at a time, scheduled or on demand, within its connection budget. Keeps the announcement
 * of the Jenkins URL for probes of the agent port.
 */
export class Prober {
  readonly #target: Target;
  readonly #probes: Probes;
  readonly #budget: ConnectionBudget;
  readonly #context: ProberContext;
  readonly #lane = new Lane();
  /** The lane of idle connections for `hold`, which run in parallel with the probes. */
  readonly #holds = new Lane();
  readonly #closing = new AbortController();
  readonly #guests = new Set<Guest>();
  readonly #resolve = systemLookups.resolver();
  /** The cost of each depth at its last success, or more if it has failed since. */
  readonly #cost: Record<Depth, number> = { ...CONNECTIONS_PER_ADDRESS };
  #announcement: ListenerAnnouncement | null = null;
  readonly #announcedPorts = new Set<number>();

  constructor(target: Target, probes: Probes, budget: ConnectionBudget, context: ProberContext) {
    this.#target = target;
    this.#probes = probes;
    this.#budget = budget;
    this.#context = context;
  }

  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Returns the wait that the budget requires before the next scheduled probe of a depth, in milliseconds. */
  waitMs(depth: Depth): number {
    return this.#budget.waitMs(this.#cost[depth]);
  }

  /** Connections opened in the last sixty seconds, and the limit. */
  get budgetUse(): ConnectionBudget['use'] {
    return this.#budget.use;
  }

  /** Returns the latest scheduled results as one survey. */
  surveyOf(results: readonly ProbeResult[]): Survey {
    const depth = results.some((result) => result.depth === 'login') ? 'login' : 'handshake';
    return {
      startedAt: Math.max(...results.map(({ startedAt }) => startedAt)),
      durationMs: 0,
      results,
      direct: this.#target.direct !== null,
      scheduled: true,
      asked: askedOf(this.#target, depth, this.#announcement, this.#memory()),
      checks: [],
    };
  }

  /** Runs a scheduled task when the earlier ones have ended. Cancels guests first. */
  async inTurn(task: () => Promise<void>): Promise<void> {
    await this.#lane.run(async () => {
      await this.#dismissGuests();
      await task();
    });
  }

  /** Admits a survey of another target until it leaves or a probe is due. @returns null, or the reason for a refusal */
  receive(guest: Guest): VisitRefusal | null {
    if (this.#lane.busy || this.#guests.size > 0) return 'busy';
    const waitMs = this.#budget.waitOnDemandMs(this.#surveyCost);
    if (waitMs > 0) return new BudgetSpent(this.#target.name, waitMs);
    this.#guests.add(guest);
    return null;
  }

  /** Removes a guest. @param survey its cost for this controller */
  left(guest: Guest, survey: Survey | null): void {
    this.#guests.delete(guest);
    if (survey !== null) this.#pay(survey);
  }

  /**
   * Probes one depth. Call it inside `inTurn`.
   * @returns null if the address of the agent port is needed and was never announced
   */
  probe(depth: Depth): Promise<ProbeResult> | null {
    const target = this.#target;
    const options = this.#options;
    const { web, websocket, agentPort } = this.#probes;
    switch (depth) {
      case 'web':
        // In other modes the hello of the agent port returns the version at less cost.
        return this.#paid(web(target, { ...options, login: target.websocket === 'only' }));
      case 'websocket':
        return this.#paid(websocket(target, options));
      default:
        if (this.#announcement === null && needsAnnouncement(target)) return null;
        return this.#paid(agentPort(target, depth, this.#announcement, options));
    }
  }

  /**
   * Runs a full survey now, between the scheduled probes. A hold runs in parallel with the schedule, so that verdicts do not
   * become stale. Rejects with {@link BudgetSpent}.
   */
  async survey(
    depth: 'handshake' | 'login',
    permissions: ExtraCheckPermissions,
    onStep: (step: StepResult) => void,
  ): Promise<Survey> {
    const target = this.#target;
    const options = this.#options;
    const seen = await this.#onDemand(() =>
      this.#probes.survey(target, depth, {
        ...options,
        permissions: { ...permissions, holdMs: null },
        ...this.#memory(),
        onStep,
      }),
    );
    for (const result of seen.results) this.#place(result);
    if (permissions.holdMs === null) return seen;
    const held = await this.#holds.run(() =>
      this.#probes.checkFurther(target, seen, { ...options, permissions }),
    );
    this.#pay({ results: [], checks: held.checks.slice(seen.checks.length) });
    return held;
  }

  /** Runs a survey of this controller when no probe of it is running. Rejects with {@link BudgetSpent}. */
  async #onDemand(survey: () => Promise<Survey>): Promise<Survey> {
    return this.#between(this.#surveyCost, async () => {
      const seen = await survey();
      this.#pay(seen);
      return seen;
    });
  }

  /**
   * Probes one depth now, between the scheduled probes. If the address of the agent port is unknown, it probes the Jenkins
   * URL first. Rejects with {@link BudgetSpent}.
   * @returns the results, that of the depth last; null if agents of this controller do not use the depth
   */
  async probeNow(depth: Depth): Promise<readonly ProbeResult[] | null> {
    const target = this.#target;
    if (!applies(depth, target)) return null;
    return this.#between(this.#cost[depth], async () => {
      const results: ProbeResult[] = [];
      if (isAgentPortDepth(depth) && this.#announcement === null && needsAnnouncement(target)) {
        const web = await this.#paid(this.#probes.web(target, this.#options));
        results.push(web);
      }
      const unannounced = () => this.#probes.agentPort(target, 'ping', null, this.#options);
      return [...results, await (this.probe(depth) ?? unannounced())];
    });
  }

  /** Cancels the running probe. Resolves when none is running. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#lane.idle();
  }

  /** The options of every probe of this controller. */
  get #options() {
    return { signal: this.#closing.signal, resolve: this.#resolve };
  }

  /** Returns earlier facts about the controller and its agents. */
  #memory(): Pick<SurveyOptions, 'agentVersion' | 'earlierPorts'> {
    const agentVersion = this.#context.agentVersion();
    return { earlierPorts: [...this.#announcedPorts], ...(agentVersion !== null && { agentVersion }) };
  }

  get #surveyCost(): number {
    const { web, handshake, websocket } = this.#cost;
    return (
      (1 + REPEATED_REQUESTS) * web +
      handshake +
      REPEATED_HELLOS +
      (this.#target.websocket === 'off' ? 0 : websocket)
    );
  }

  /** Cancels all guests and waits for their end. */
  async #dismissGuests(): Promise<void> {
    for (const { dismiss } of this.#guests) dismiss();
    await Promise.all([...this.#guests].map(({ gone }) => gone));
  }

  #between<T>(cost: number, task: () => Promise<T>): Promise<T> {
    return this.#lane.run(async () => {
      const waitMs = this.#budget.waitOnDemandMs(cost);
      if (waitMs > 0) throw new BudgetSpent(this.#target.name, waitMs);
      await this.#dismissGuests();
      return task();
    });
  }

  async #paid(probe: Promise<ProbeResult>): Promise<ProbeResult> {
    const result = await probe;
    this.#budget.spend(result.connections);
    this.#place(result);
    // A probe that failed early costs less than the next one may.
    const { depth, success, connections } = result;
    this.#cost[depth] = Math.max(connections, success ? CONNECTIONS_PER_ADDRESS[depth] : this.#cost[depth]);
    return result;
  }

  #pay(seen: Pick<Survey, 'results' | 'checks'>): void {
    for (const { connections } of costsOf(seen)) this.#budget.spend(connections);
  }

  /** Keeps the announcement for probes of the agent port. */
  #place({ evidence: { announcement } }: ProbeResult): void {
    if (announcement === undefined) return;
    const first = this.#announcement === null && needsAnnouncement(this.#target);
    this.#announcement = announcement;
    if (this.#announcedPorts.size < MAX_PORTS_KEPT) this.#announcedPorts.add(announcement.agentPort.port);
    if (first) this.#context.placed();
  }
}
