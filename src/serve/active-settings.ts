import type { Logger } from 'pino';
import type { Settings } from '../config/settings.ts';
import type { ChangeSignal } from '../daemon/change-signal.ts';
import type { Fleet, FleetChange } from '../daemon/fleet.ts';
import { Lane } from '../daemon/lane.ts';
import type { RootCauses } from '../daemon/root-causes.ts';
import type { MetricsRecorder } from '../metrics/recorder.ts';
import { fingerprintOf } from '../model/fingerprint.ts';
import type { HttpListener } from '../server/http-listener.ts';
import type { ClusterLink } from './cluster-link.ts';
import type { HealthPorts } from './health-ports.ts';

/** The parts of a daemon to which settings are applied. */
interface ActiveSettingsDeps {
  readonly fleet: Fleet;
  readonly causes: RootCauses;
  readonly changes: ChangeSignal;
  readonly cluster: ClusterLink;
  readonly ports: HealthPorts;
  readonly listener: HttpListener;
  readonly recorder: MetricsRecorder;
  readonly logger: Logger;
}

/** The active settings. Changes, including the start, run one at a time. */
export class ActiveSettings {
  readonly #deps: ActiveSettingsDeps;
  readonly #first: Settings;
  readonly #lane = new Lane();
  #current: Settings;
  #started = false;

  /** @param first the settings at the start */
  constructor(first: Settings, deps: ActiveSettingsDeps) {
    this.#first = first;
    this.#current = first;
    this.#deps = deps;
  }

  get current(): Settings {
    return this.#current;
  }

  /** True if the first settings are active. */
  get started(): boolean {
    return this.#started;
  }

  /** Probes the controllers of the first settings when `open` has resolved. Other changes wait. Rejects if `open` rejects. */
  start(open: () => Promise<void>): Promise<void> {
    return this.#lane.run(async () => {
      await open();
      await this.#watch(this.#first);
      this.#started = true;
    });
  }

  /**
   * Applies other settings. Unchanged controllers are not interrupted, and no request is lost. Rejects without a change if
   * the port of an agent check cannot be opened.
   */
  apply(next: Settings): Promise<FleetChange> {
    return this.#lane.run(async () => {
      const { logger, ports, recorder } = this.#deps;
      // First everything that can fail.
      const prepared = await ports.prepare(next);
      const renewed = await this.#renew(next, prepared);
      const change = await this.#watch(next);
      await prepared.commit();
      if (!renewed || fixedPart(next) !== fixedPart(this.#first))
        logger.warn('changes to listen, labels or kubernetes need a restart');
      this.#current = next;
      recorder.reloaded(true);
      logger.info({ ...change }, 'configuration reloaded');
      return change;
    });
  }

  /** Uses the certificate of the settings. @returns false if that needs a restart */
  async #renew({ listen }: Settings, { rollback }: { rollback(): Promise<void> }): Promise<boolean> {
    try {
      return this.#deps.listener.renew(listen.tls ?? null);
    } catch (error) {
      await rollback();
      throw error;
    }
  }

  /** Applies a change of the discovered controllers. */
  refresh(): Promise<void> {
    return this.#lane.run(async () => {
      const { added, changed, removed } = await this.#watch(this.#current);
      if (added.length + changed.length + removed.length === 0) return;
      this.#deps.logger.info({ added, changed, removed }, 'discovered controllers changed');
    });
  }

  /** Probes the controllers of the settings and the discovered ones. */
  async #watch({ controllers }: Settings): Promise<FleetChange> {
    const { causes, changes, cluster, fleet } = this.#deps;
    const change = await fleet.apply(cluster.joined?.beside(controllers) ?? controllers);
    for (const name of [...change.changed, ...change.removed]) causes.forget(name);
    changes.watched(fleet.names);
    if (change.added.length + change.changed.length > 0) cluster.joined?.watchesOthers();
    return change;
  }
}

/** Returns a fingerprint of the settings that need a restart. */
function fixedPart({ listen: { host, port }, labels, kubernetes }: Settings): string {
  return fingerprintOf({ host, port, labels, kubernetes });
}
