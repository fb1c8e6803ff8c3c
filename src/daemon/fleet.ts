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

/** The controllers that a new configuration added, changed and removed. */
export interface FleetChange {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

interface Drain {
  readonly drained: boolean;
  /** A drain was ended. */
  readonly takenBack: boolean;
}

interface Member {
  readonly fingerprint: string;
  readonly watch: Watch;
}

const NOT_DRAINED: Drain = { drained: false, takenBack: false };

/** All probed controllers. A change of one does not interrupt the others. */
export class Fleet {
  readonly #deps: WatchDeps;
  readonly #recorder: MetricsRecorder;
  readonly #budgets: ControllerBudgets;
  #members = new Map<string, Member>();
  /** Manual drains by controller. They survive a reload, also one without the controller. */
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

  /** True if every controller has been probed once. */
  get firstRoundDone(): boolean {
    return [...this.#members.values()].every(({ watch }) => watch.firstRoundDone);
  }

  /** Returns the status of a controller; null if the name is unknown. */
  statusOf(name: string): ControllerStatus | null {
    return this.#members.get(name)?.watch.status() ?? null;
  }

  /** Returns a text that changes with the verdicts of a controller and their reasons; empty if the name is unknown. */
  lookOf(name: string): string {
    return this.#members.get(name)?.watch.look ?? '';
  }

  /** Returns the details of a controller; null if the name is unknown. */
  detailOf(name: string): WatchDetail | null {
    return this.#members.get(name)?.watch.detail() ?? null;
  }

  /** Returns the watch of a controller. @throws {Error} if the name is unknown */
  watchOf(name: string): Watch {
    const member = this.#members.get(name);
    if (member === undefined) throw new Error(`unknown controller ${name}`);
    return member.watch;
  }

  /** Drains a controller, or ends its drain. Probes continue. */
  drain(name: string, drained: boolean): void {
    const before = this.#drains.get(name) ?? NOT_DRAINED;
    const after = { drained, takenBack: before.takenBack || (before.drained && !drained) };
    this.#drains.set(name, after);
    this.watchOf(name).drain(after);
  }

  /** Returns a visit for a survey of another target. */
  visit(): Visit {
    return new Visit(() => [...this.#members.values()].map(({ watch }) => watch));
  }

  /**
   * Replaces the controllers. Those with the same settings continue with their verdicts. A changed controller starts again;
   * removing a controller removes its metrics.
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
   * Sets the source of the verdicts for each controller. Controllers that another replica probes with the same settings
   * use its verdicts; all others are probed here.
   * @returns true if any verdict changed
   */
  speak(voice: Voice): boolean {
    this.#voice = voice;
    const awake: Watch[] = [];
    let changed = false;
    for (const [name, { fingerprint, watch }] of this.#members) {
      const followed = voice.of === 'another' ? voice.controllers.get(name) : undefined;
      if (followed?.fingerprint === shortened(fingerprint)) {
        // The root causes are reported by the other replica.
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

  /** The verdicts for other replicas. */
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

  /** Cancels all probes. */
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
