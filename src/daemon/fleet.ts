import type { ControllerSettings } from '../config/settings.ts';
import type { MetricsRecorder } from '../metrics/recorder.ts';
import { fingerprintOf } from '../model/fingerprint.ts';
import { entrypointsOf, planOf } from '../model/plan.ts';
import { type FollowedController, shortened, type Voice } from '../verdict/followed.ts';
import { firstDelayMs } from './cadence.ts';
import { ControllerBudgets } from './controller-budgets.ts';
import type { ControllerStatus } from './status.ts';
import { Visit } from './visit.ts';
import { Watch, type WatchDeps } from './watch.ts';
import type { WatchDetail } from './watch-detail.ts';

/** What a change of the configuration did, by controller. */
export interface FleetChange {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

interface Drain {
  readonly drained: boolean;
  /** A drain was taken back. */
  readonly takenBack: boolean;
}

interface Member {
  readonly fingerprint: string;
  readonly watch: Watch;
}

const NOT_DRAINED: Drain = { drained: false, takenBack: false };

/** All controllers that are watched. Members come, go and change at run time; the others do not notice. */
export class Fleet {
  readonly #deps: WatchDeps;
  readonly #recorder: MetricsRecorder;
  readonly #budgets: ControllerBudgets;
  #members = new Map<string, Member>();
  /** What operators decided manually, by controller. It outlives settings, and a controller that is gone for a while. */
  readonly #drains = new Map<string, Drain>();
  #voice: Voice = { of: 'own' };
  #closed = false;

  constructor(deps: WatchDeps, recorder: MetricsRecorder) {
    this.#deps = deps;
    this.#recorder = recorder;
    this.#budgets = new ControllerBudgets(deps.clock);
  }

  /** The names, in the order of the configuration. */
  get names(): readonly string[] {
    return [...this.#members.keys()];
  }

  /** Whether every controller has been probed once. */
  get firstRoundDone(): boolean {
    return [...this.#members.values()].every(({ watch }) => watch.firstRoundDone);
  }

  /** The status of a controller; null where there is none of that name. */
  statusOf(name: string): ControllerStatus | null {
    return this.#members.get(name)?.watch.status() ?? null;
  }

  /** What is known of a controller beyond its status; null where there is none of that name. */
  detailOf(name: string): WatchDetail | null {
    return this.#members.get(name)?.watch.detail() ?? null;
  }

  /** @throws {Error} where no controller of that name is watched */
  watchOf(name: string): Watch {
    const member = this.#members.get(name);
    if (member === undefined) throw new Error(`no controller called ${name} is watched`);
    return member.watch;
  }

  /** Takes a controller out manually, or in again. It is probed all the same. */
  drain(name: string, drained: boolean): void {
    const before = this.#drains.get(name) ?? NOT_DRAINED;
    const after = { drained, takenBack: before.takenBack || (before.drained && !drained) };
    this.#drains.set(name, after);
    this.watchOf(name).drain(after);
  }

  /** The way of a survey of somebody else past the controllers that are watched. */
  visit(): Visit {
    return new Visit(() => [...this.#members.values()].map(({ watch }) => watch));
  }

  /**
   * Makes the fleet these controllers. Those whose settings are the same go on as they were, verdicts included. A
   * controller that changed begins anew; one that goes takes its series along.
   */
  async apply(controllers: readonly ControllerSettings[]): Promise<FleetChange> {
    const before = this.#members;
    const after = new Map<string, Member>();
    const fresh: Watch[] = [];
    const configured = new Set(controllers.map(({ target }) => target.name));
    for (const controller of controllers) {
      const { name } = controller.target;
      const fingerprint = fingerprintOf(controller);
      const old = before.get(name);
      if (old?.fingerprint === fingerprint) {
        after.set(name, old);
        continue;
      }
      const watch = new Watch(controller, this.#budgets.of(controller, configured), this.#deps);
      watch.drain(this.#drains.get(name) ?? NOT_DRAINED);
      fresh.push(watch);
      after.set(name, { fingerprint, watch });
    }
    const gone = [...before].filter(([name, member]) => after.get(name) !== member);
    this.#members = after;
    await Promise.all(gone.map(([, { watch }]) => watch.close()));
    for (const [name] of gone) this.#recorder.forget(name);
    for (const watch of fresh) this.#recorder.remember(recordedOf(watch.settings));
    if (!this.#closed) {
      for (const [index, watch] of fresh.entries()) {
        watch.start(firstDelayMs(index, fresh.length, this.#deps.random));
      }
      this.speak(this.#voice);
    }
    const names = fresh.map(({ name }) => name);
    return {
      added: names.filter((name) => !before.has(name)),
      changed: names.filter((name) => before.has(name)),
      removed: gone.map(([name]) => name).filter((name) => !after.has(name)),
    };
  }

  /**
   * Decides whose verdicts are answered with from now on, controller by controller: those that another replica probes
   * in the same way rest and follow, all others are probed here.
   * @returns whether any verdict is another now
   */
  speak(voice: Voice): boolean {
    this.#voice = voice;
    const awake: Watch[] = [];
    let changed = false;
    for (const [name, { fingerprint, watch }] of this.#members) {
      const followed = voice.of === 'another' ? voice.controllers.get(name) : undefined;
      if (followed?.fingerprint === shortened(fingerprint)) {
        // What its own results added up to is the other replica's to say now.
        if (watch.rest()) this.#deps.observer.diagnosed(name, []);
        for (const entrypoint of watch.adopt(followed)) {
          changed = true;
          const now = watch.status().entrypoints.find((each) => each.entrypoint === entrypoint);
          if (now !== undefined) this.#recorder.followed(name, entrypoint, now.verdict);
        }
      } else if (voice.of === 'nobody') watch.rest();
      else awake.push(watch);
    }
    for (const [index, watch] of awake.entries()) {
      watch.wake(firstDelayMs(index, awake.length, this.#deps.random));
    }
    return changed;
  }

  /** What the other replicas may follow. */
  get known(): ReadonlyMap<string, FollowedController> {
    const now = this.#deps.clock.now();
    return new Map(
      [...this.#members].map(([name, { fingerprint, watch }]) => {
        const { entrypoints, results } = watch.status();
        const ages = results.map(({ depth, startedAt }) => [depth, Math.max(0, now - startedAt)]);
        return [
          name,
          { fingerprint: shortened(fingerprint), entrypoints, depthAgesMs: Object.fromEntries(ages) },
        ];
      }),
    );
  }

  /** Calls off every probe. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#members.values()].map(({ watch }) => watch.close()));
  }
}

function recordedOf(controller: ControllerSettings) {
  const plan = planOf(controller);
  const { url } = controller.target;
  return {
    name: controller.target.name,
    entrypoints: entrypointsOf(plan),
    plan,
    initial: controller.initial,
    tls: url?.protocol === 'https:',
  };
}
