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

/** The limit of concurrent diagnoses of targets that are not configured. */
const MAX_RUNNING = 4;
/** The limit of concurrent lookups for them. An unanswered lookup lasts longer than its diagnosis. */
const MAX_LOOKUPS = 8;

/** The allow-list does not permit an address. The message contains the requested host, never its resolved address. */
export class TargetNotAllowed extends Error {
  readonly place: HostPort;

  constructor(place: HostPort) {
    super(`diagnose.allow does not permit ${formatHostPort(place.host, place.port)}`);
    this.name = 'TargetNotAllowed';
    this.place = place;
  }
}

/** A diagnosis cannot start now. */
export class AdHocBusy extends Error {
  override readonly name = 'AdHocBusy';
}

/** Returns a visit, which keeps a survey apart from probes of configured controllers. */
export type OpenVisit = () => Pick<Visit, 'signal' | 'enter' | 'leave'>;

/** Diagnoses targets that are not configured. The allow-list must permit every address that is dialled. */
export class AdHoc {
  readonly #survey: Probes['survey'];
  readonly #resolve: Resolver;
  readonly #openVisit: OpenVisit;
  readonly #places: DialledPlaces;
  readonly #origin: Origin | null;
  readonly #runs: SharedRuns<Report, StepResult>;
  readonly #closing = new AbortController();
  /** The hosts of running diagnoses. */
  readonly #hosts: string[][] = [];

  /**
   * @param openVisit keeps a survey away from configured controllers that are being probed
   * @param options `resolve`: the system's resolver by default; `origin`: the origin in reports
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
   * Runs a full diagnosis of a target. Equal diagnoses are shared for five seconds. Rejects with {@link TargetNotAllowed}
   * at the first address that is not permitted, also if the controller announces it. Rejects with {@link AdHocBusy} if one
   * of its hosts is being diagnosed, or if too many diagnoses are running.
   */
  diagnose(
    target: Target,
    depth: AdHocDepth,
    allow: AllowList,
    follower?: Follower<StepResult>,
  ): Promise<Report> {
    // The key contains the list, so that a request after a change uses the new one.
    const key = fingerprintOf([target, depth, allow]);
    return this.#runs.run(key, (tell) => this.#run(target, depth, allow, tell), follower);
  }

  /** Cancels running diagnoses. */
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
    if (this.#hosts.length >= MAX_RUNNING) throw new AdHocBusy('too many diagnoses are running');
    if (this.#hosts.some((running) => running.some((host) => hosts.includes(host)))) {
      throw new AdHocBusy('another diagnosis of this host is running');
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
      return refuse(occupied === 'busy' ? new AdHocBusy('a probe of this host is running') : occupied);
    };
    let survey: Survey | null = null;
    try {
      survey = await this.#survey(target, depth, {
        admit,
        signal: AbortSignal.any([stop.signal, visit.signal, this.#closing.signal]),
        // Steps that are skipped after a refusal are not reported.
        onStep: (step) => void (refusal === null && tell(step)),
        resolve: this.#resolve,
      });
      if (refusal !== null) throw refusal;
      if (visit.signal.aborted)
        throw new AdHocBusy('the diagnosis was cancelled because a scheduled probe of this host was due');
      return buildReport(target.name, survey, this.#origin);
    } finally {
      visit.leave(survey);
      this.#places.leave(dialled, survey);
      this.#hosts.splice(this.#hosts.indexOf(hosts), 1);
    }
  }
}
