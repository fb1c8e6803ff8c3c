import type { DiscoverySource } from '../../config/kubernetes-schema.ts';
import type { DiscoverySettings } from '../../config/kubernetes-settings.ts';
import type { ControllerSettings } from '../../config/settings.ts';
import type { Feature, FeatureReporter } from '../../model/kubernetes-features.ts';
import { ResourceWatch, type ResourceWatchDeps } from '../api/resource-watch.ts';
import { type AgentPod, parseAgentPod } from './agent-pod.ts';
import { type AnnotatedObject, parseAnnotated } from './annotations.ts';
import { type StatedConnection, settingsOf } from './connection.ts';

/** An object of the cluster that events can be written on. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** A controller that objects of the cluster name. */
export interface DiscoveredController {
  readonly settings: ControllerSettings;
  /** The number of agent pods that connect in this way now. */
  readonly pods: number;
  /** The versions of remoting that those pods run, by their images' tags; sorted. */
  readonly remoting: readonly string[];
  /** The annotated Services, for events. */
  readonly services: readonly ObjectReference[];
}

/** The current result of discovery. */
interface DiscoveryState {
  readonly controllers: readonly DiscoveredController[];
  /** Objects that are meant for us and cannot be used, as `namespace/name: problem`; the first few. */
  readonly unusable: readonly string[];
  readonly unusableCount: number;
  /** The number of controllers that were left out because there are too many. */
  readonly leftOut: number;
}

export interface DiscoveryDeps extends ResourceWatchDeps {
  readonly changed: () => void;
  /** Switches a feature on. @returns where its outcomes are reported */
  readonly use: (feature: Feature) => FeatureReporter;
}

/** Changes within this time are applied together. */
const SETTLE_MS = 500;
const MAX_BACKOFF_MS = 60_000;
/** The API server sends a bookmark about once a minute. */
const IDLE_MS = 150_000;
/** The state counts as stale after this age. */
const STALE_MS = 180_000;
const MAX_SHOWN = 20;

const SOURCES: Readonly<Record<DiscoverySource, { readonly path: string; readonly resource: string }>> = {
  pods: { path: '/api/v1', resource: 'pods' },
  services: { path: '/api/v1', resource: 'services' },
  ingresses: { path: '/apis/networking.k8s.io/v1', resource: 'ingresses' },
};

/** The data of one object, from any source. */
type Seen =
  | { readonly source: 'pods'; readonly pod: AgentPod }
  | { readonly source: 'services' | 'ingresses'; readonly object: AnnotatedObject };

interface Remembered {
  readonly settings: ControllerSettings;
  /** The time when the last object that names it was removed, by {@link Clock.elapsed}; null while one exists. */
  goneAt: number | null;
}

/**
 * Finds the controllers that the agents of some namespaces use, and those that annotated objects name. A controller
 * outlives its last object by the grace period, and any absence of the API server.
 */
export class ControllerDiscovery {
  readonly #settings: DiscoverySettings;
  readonly #deps: DiscoveryDeps;
  readonly #watches: readonly { readonly source: DiscoverySource; readonly watch: ResourceWatch<Seen> }[];
  readonly #asked = new Set<ResourceWatch<Seen>>();
  readonly #remembered = new Map<string, Remembered>();
  #state: DiscoveryState = { controllers: [], unusable: [], unusableCount: 0, leftOut: 0 };
  #cancelTimer: (() => void) | null = null;
  #closed = false;

  constructor(settings: DiscoverySettings, deps: DiscoveryDeps) {
    this.#settings = settings;
    this.#deps = deps;
    const namespaces = settings.namespaces ?? [deps.client.namespace];
    const sources = settings.sources.map((source) => [source, deps.use(`discover-${source}`)] as const);
    this.#watches = namespaces.flatMap((namespace) =>
      sources.map(([source, reporter]) => ({ source, watch: this.#watchOf(source, namespace, reporter) })),
    );
  }

  get state(): DiscoveryState {
    return this.#state;
  }

  /** Returns true if every source was read once, successfully or not. */
  get ready(): boolean {
    return this.#asked.size === this.#watches.length;
  }

  /** Returns the age in milliseconds of the oldest source that is known; null while all are unknown. */
  get ageMs(): number | null {
    const times = this.#watches.map(({ watch }) => watch.syncedAt).filter((at) => at !== null);
    return times.length === 0 ? null : this.#deps.clock.elapsed() - Math.min(...times);
  }

  /** Returns true if the state may be out of date. */
  get stale(): boolean {
    return this.ageMs === null || this.ageMs > STALE_MS;
  }

  start(): void {
    for (const { watch } of this.#watches) watch.start();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer?.();
    await Promise.all(this.#watches.map(({ watch }) => watch.close()));
  }

  #watchOf(source: DiscoverySource, namespace: string, reporter: FeatureReporter): ResourceWatch<Seen> {
    const { selector, container } = this.#settings;
    const { path, resource } = SOURCES[source];
    const parse = (object: unknown): Seen | null => {
      if (source === 'pods') {
        const pod = parseAgentPod(object, { container, selected: selector !== null });
        return pod && { source, pod };
      }
      const annotated = parseAnnotated(object);
      return annotated && { source, object: annotated };
    };
    const watch: ResourceWatch<Seen> = new ResourceWatch<Seen>(
      {
        path: `${path}/namespaces/${namespace}/${resource}`,
        query: { labelSelector: source === 'pods' ? (selector ?? undefined) : undefined },
        parse,
        changed: () => this.#later(SETTLE_MS),
        reporter: {
          worked: () => {
            this.#asked.add(watch);
            reporter.worked();
          },
          failed: (error) => {
            if (!this.#asked.has(watch)) this.#later(SETTLE_MS);
            this.#asked.add(watch);
            reporter.failed(error);
          },
        },
        idleMs: IDLE_MS,
        maxBackoffMs: MAX_BACKOFF_MS,
      },
      this.#deps,
    );
    return watch;
  }

  #later(ms: number): void {
    if (this.#closed) return;
    this.#cancelTimer?.();
    this.#cancelTimer = this.#deps.clock.setTimer(ms, () => this.#settle());
  }

  /** Updates the state: adds new controllers, and removes absent ones after the grace period. */
  #settle(): void {
    this.#cancelTimer = null;
    const now = this.#deps.clock.elapsed();
    const stock = this.#stock();
    for (const { settings } of stock.found.values()) {
      const { name } = settings.target;
      const known = this.#remembered.get(name);
      if (known !== undefined) known.goneAt = null;
      else if (this.#remembered.size < this.#settings.limit)
        this.#remembered.set(name, { settings, goneAt: null });
    }
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [name, known] of this.#remembered) {
      if (stock.found.has(name)) continue;
      known.goneAt ??= now;
      const leftMs = known.goneAt + this.#settings.gracePeriodMs - now;
      if (leftMs <= 0) this.#remembered.delete(name);
      else nextMs = Math.min(nextMs, leftMs);
    }
    this.#state = {
      controllers: [...this.#remembered].map(([name, { settings }]) => ({
        settings,
        ...(stock.found.get(name)?.about ?? { pods: 0, remoting: [], services: [] }),
      })),
      unusable: stock.unusable.slice(0, MAX_SHOWN),
      unusableCount: stock.unusable.length,
      leftOut: [...stock.found.keys()].filter((name) => !this.#remembered.has(name)).length,
    };
    if (nextMs < Number.POSITIVE_INFINITY) this.#later(nextMs);
    this.#deps.changed();
  }

  #stock() {
    const found = new Map<string, { settings: ControllerSettings; about: About }>();
    const unusable: string[] = [];
    for (const { watch } of this.#watches) {
      for (const [key, seen] of watch.items) {
        const finding: StatedConnection = seen.source === 'pods' ? seen.pod.finding : seen.object.finding;
        const made = finding.usable ? settingsOf(finding.connection, this.#settings.probe) : finding;
        if ('problem' in made) {
          unusable.push(`${key}: ${made.problem}`);
          continue;
        }
        const { name } = made.settings.target;
        const entry = found.get(name) ?? { settings: made.settings, about: newAbout() };
        found.set(name, entry);
        addTo(entry.about, seen);
      }
    }
    return { found, unusable };
  }
}

interface About {
  pods: number;
  remoting: string[];
  services: ObjectReference[];
}

function newAbout(): About {
  return { pods: 0, remoting: [], services: [] };
}

function addTo(about: About, seen: Seen): void {
  if (seen.source === 'pods') {
    about.pods += 1;
    const { remoting } = seen.pod;
    if (remoting !== null && !about.remoting.includes(remoting)) {
      about.remoting = [...about.remoting, remoting].sort().slice(0, MAX_SHOWN);
    }
  } else if (seen.source === 'services') {
    const { namespace, name, uid } = seen.object;
    about.services.push({ apiVersion: 'v1', kind: 'Service', namespace, name, uid });
  }
}
