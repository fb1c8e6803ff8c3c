import type { Logger } from 'pino';
import type { DiscoverySettings } from '../../config/kubernetes-settings.ts';
import type { ControllerSettings } from '../../config/settings.ts';
import type { KubernetesRecorder } from '../../metrics/kubernetes-recorder.ts';
import { isOlder } from '../../protocol/remoting-version.ts';
import type { DiscoveryStatus } from '../../report/cluster-status.ts';
import { covers } from './connection.ts';
import {
  ControllerDiscovery,
  type DiscoveredController,
  type DiscoveryDeps,
  type ObjectReference,
} from './controller-discovery.ts';

interface ClusterDiscoveryDeps extends DiscoveryDeps {
  readonly logger: Logger;
  readonly recorder: KubernetesRecorder;
  /** The controllers of the configuration; they may change. */
  readonly configured: () => readonly ControllerSettings[];
}

/** The interval for updating the metrics that only time changes. */
const LOOK_MS = 5_000;

/** The discovery of the daemon: it adds discovered controllers to the configured ones. */
export class ClusterDiscovery {
  readonly #deps: ClusterDiscoveryDeps;
  readonly #discovery: ControllerDiscovery;
  #leftOut = 0;
  #cancelTimer: () => void = () => undefined;

  constructor(settings: DiscoverySettings, deps: ClusterDiscoveryDeps) {
    this.#deps = deps;
    this.#discovery = new ControllerDiscovery(settings, { ...deps, changed: () => this.#discovered() });
  }

  /** Returns true if every source was read once, successfully or not. */
  get ready(): boolean {
    return this.#discovery.ready;
  }

  get status(): DiscoveryStatus {
    const { stale, state } = this.#discovery;
    const configured = this.#deps.configured();
    return {
      stale,
      controllers: state.controllers.map(({ settings: { target }, pods, remoting }) => ({
        name: target.name,
        configuredAs: configured.find((each) => covers(each.target, target))?.target.name ?? null,
        pods,
        remoting,
      })),
      unusable: state.unusable,
    };
  }

  start(): void {
    this.#discovery.start();
    this.#look();
  }

  /** Returns the discovered controllers that are not configured already. */
  beside(configured: readonly ControllerSettings[]): readonly ControllerSettings[] {
    return this.#discovery.state.controllers
      .map(({ settings }) => settings)
      .filter(({ target }) => !configured.some((each) => covers(each.target, target)));
  }

  /** Returns the oldest remoting version of a controller's agents; null if it is unknown. */
  agentVersion(controller: string): string | null {
    const versions = this.#foundOf(controller).flatMap(({ remoting }) => remoting);
    return versions.reduce<string | null>(
      (oldest, version) => (oldest === null || isOlder(version, oldest) ? version : oldest),
      null,
    );
  }

  /** Returns the annotated Services of a controller. */
  servicesOf(controller: string): readonly ObjectReference[] {
    return this.#foundOf(controller).flatMap(({ services }) => services);
  }

  async close(): Promise<void> {
    this.#cancelTimer();
    await this.#discovery.close();
  }

  /** Returns the discovered controllers that match a watched one. */
  #foundOf(controller: string): readonly DiscoveredController[] {
    const configured = this.#deps.configured().find(({ target }) => target.name === controller);
    return this.#discovery.state.controllers.filter(({ settings: { target } }) =>
      configured === undefined ? target.name === controller : covers(configured.target, target),
    );
  }

  #discovered(): void {
    this.#sayAge();
    const { controllers, unusableCount, leftOut } = this.#discovery.state;
    const { logger, recorder, changed } = this.#deps;
    recorder.discovered(controllers.length, unusableCount);
    if (leftOut > 0 && this.#leftOut === 0) {
      logger.warn({ leftOut }, 'kubernetes: too many controllers are found, see kubernetes.discovery.limit');
    }
    this.#leftOut = leftOut;
    changed();
  }

  #look(): void {
    this.#cancelTimer = this.#deps.clock.setTimer(LOOK_MS, () => this.#look());
    this.#sayAge();
  }

  #sayAge(): void {
    const { clock, recorder } = this.#deps;
    const { stale, ageMs } = this.#discovery;
    recorder.discoveryAge(stale, ageMs === null ? null : clock.now() - ageMs);
  }
}
