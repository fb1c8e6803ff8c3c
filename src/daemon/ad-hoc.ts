import type { AllowList } from '../model/allow-list.ts';
import type { Clock } from '../model/clock.ts';
import { fingerprintOf } from '../model/fingerprint.ts';
import type { ProbeOptions, Resolver } from '../model/options.ts';
import type { AgentPortDepth, StepResult } from '../model/result.ts';
import type { Survey } from '../model/survey.ts';
import { hostsOf, type Target } from '../model/target.ts';
import { systemLookups } from '../probe/wire/lookups.ts';
import { formatHostPort, type HostPort } from '../protocol/host-port.ts';
import type { Origin } from '../report/origin.ts';
import { buildReport, type Report } from '../report/report.ts';
import { DialledPlaces } from './dialled-places.ts';
import type { Probes } from './probes.ts';
import { type Follower, SharedRuns } from './shared-runs.ts';
import type { Visit } from './visit.ts';

/** The depths that need no secret. */
type AdHocDepth = Exclude<AgentPortDepth, 'login'>;

/** So many diagnoses of targets that are not configured run at a time. */
const MAX_RUNNING = 4;
/** So many names of theirs are looked up at a time. A lookup that nobody answers outlives its diagnosis. */
const MAX_LOOKUPS = 8;

/** A place that the allow-list does not permit. The message names it as it was asked for, never what it resolved to. */
export class TargetNotAllowed extends Error {
  readonly place: HostPort;

  constructor(place: HostPort) {
    super(`${formatHostPort(place.host, place.port)} is not permitted by diagnose.allow`);
    this.name = 'TargetNotAllowed';
    this.place = place;
  }
}

/** Why a diagnosis cannot begin now. */
export class AdHocBusy extends Error {
  override readonly name = 'AdHocBusy';
}

/** Opens the way of a survey past the controllers that are watched. */
export type OpenVisit = () => Pick<Visit, 'signal' | 'enter' | 'leave'>;

/** Diagnoses controllers that are not configured, where the allow-list permits every place that is dialled. */
export class AdHoc {
  readonly #survey: Probes['survey'];
  readonly #resolve: Resolver;
  readonly #openVisit: OpenVisit;
  readonly #places: DialledPlaces;
  readonly #origin: Origin | null;
  readonly #runs: SharedRuns<Report, StepResult>;
  readonly #closing = new AbortController();
  /** The hosts of the targets that are being diagnosed. */
  readonly #hosts: string[][] = [];

  /**
   * @param openVisit keeps a survey away from watched controllers that are being probed
   * @param options `resolve`: the system's resolver by default; `origin`: who makes the reports
   */
  constructor(
    clock: Clock,
    survey: Probes['survey'],
    openVisit: OpenVisit,
    {
      resolve = systemLookups.resolver(MAX_LOOKUPS),
      origin = null,
    }: { resolve?: Resolver | undefined; origin?: Origin | null } = {},
  ) {
    this.#origin = origin;
    this.#survey = survey;
    this.#openVisit = openVisit;
    this.#places = new DialledPlaces(clock);
    this.#resolve = resolve;
    this.#runs = new SharedRuns(clock);
  }

  /**
   * A full diagnosis of a target; the same one for all who ask for the same within five seconds. Rejects with
   * {@link TargetNotAllowed} as soon as a place on the way is not permitted, be it announced by the controller, and with
   * {@link AdHocBusy} where one of its hosts, or too many targets, are being diagnosed already.
   */
  diagnose(
    target: Target,
    depth: AdHocDepth,
    allow: AllowList,
    follower?: Follower<StepResult>,
  ): Promise<Report> {
    // Who asks after the list has changed is judged by the new one.
    const key = fingerprintOf([target, depth, allow]);
    return this.#runs.run(key, (tell) => this.#run(target, depth, allow, tell), follower);
  }

  /** Calls off what is running. */
  close(): void {
    this.#closing.abort();
  }

  async #run(
    target: Target,
    depth: AdHocDepth,
    allow: AllowList,
    tell: (step: StepResult) => void,
  ): Promise<Report> {
    const hosts = hostsOf(target);
    if (this.#hosts.length >= MAX_RUNNING) throw new AdHocBusy('too many targets are being diagnosed');
    if (this.#hosts.some((running) => running.some((host) => hosts.includes(host)))) {
      throw new AdHocBusy('this host is being diagnosed in another way already');
    }
    this.#hosts.push(hosts);
    const stop = new AbortController();
    const visit = this.#openVisit();
    const dialled = new Set<string>();
    let refusal: Error | null = null;
    const refuse = (why: Error) => {
      refusal ??= why;
      stop.abort();
      return false;
    };
    const admit: ProbeOptions['admit'] = (to, addresses) => {
      if (refusal !== null || !allow.admit(to, addresses)) return refuse(new TargetNotAllowed(to));
      if (addresses === null) return true;
      const occupied = this.#places.enter(addresses, dialled) ?? visit.enter(to, addresses);
      if (occupied === null) return true;
      return refuse(occupied === 'busy' ? new AdHocBusy('this host is being probed') : occupied);
    };
    let survey: Survey | null = null;
    try {
      survey = await this.#survey(target, depth, {
        admit,
        signal: AbortSignal.any([stop.signal, visit.signal, this.#closing.signal]),
        // What is skipped after a refusal is no news.
        onStep: (step) => void (refusal === null && tell(step)),
        resolve: this.#resolve,
      });
      if (refusal !== null) throw refusal;
      if (visit.signal.aborted) throw new AdHocBusy('a scheduled probe of this host had to run');
      return buildReport(target.name, survey, this.#origin);
    } finally {
      visit.leave(survey);
      this.#places.leave(dialled, survey);
      this.#hosts.splice(this.#hosts.indexOf(hosts), 1);
    }
  }
}
