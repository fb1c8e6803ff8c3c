import type { Code } from '../catalogue/codes.ts';
import type { Diagnosis } from '../catalogue/diagnosis.ts';
import type { Clock } from '../model/clock.ts';

/** A root cause that has been active for the minimum time. */
export interface News {
  readonly controller: string;
  readonly diagnosis: Diagnosis;
  /** `probes`: a probe failed; `objects`: objects of the cluster are wrong. */
  readonly from: 'probes' | 'objects';
}

/** A root cause that a controller has now. */
export interface HeldCause {
  readonly diagnosis: Diagnosis;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly from: News['from'];
}

interface RootCausesDeps {
  readonly clock: Clock;
  /** Returns true if a verdict of the controller is down. */
  readonly isDown: (controller: string) => boolean;
  /** Receives all active root causes of a controller, most likely first. */
  readonly changed: (controller: string, causes: readonly Diagnosis[]) => void;
  /** Called once for each root cause, and again only after it was inactive. */
  readonly news: (news: News) => void;
}

/** The minimum time of a root cause before it is reported, while all verdicts are up. */
const NEWS_MS = 10 * 60_000;
/** The same while a verdict is down. During a recovery, old and new results are mixed. */
const NEWS_WHILE_DOWN_MS = 20_000;

interface Held {
  /** By {@link Clock.elapsed}. */
  readonly since: number;
  readonly diagnosis: Diagnosis;
  told: boolean;
}

/** Most likely first. */
type Causes = ReadonlyMap<Code, Held>;

interface Known {
  probes: Causes;
  objects: Causes;
}

/** The active root causes of each controller, from its latest probes and from the objects of the cluster. */
export class RootCauses {
  readonly #deps: RootCausesDeps;
  readonly #controllers = new Map<string, Known>();

  constructor(deps: RootCausesDeps) {
    this.#deps = deps;
  }

  /** Sets the root causes of the latest results of a controller. */
  probed(controller: string, diagnoses: readonly Diagnosis[]): void {
    this.#take(controller, 'probes', diagnoses);
    this.#tell(controller);
  }

  /** Sets the root causes of the objects of the cluster. They are reported at once. */
  inspected(controller: string, diagnoses: readonly Diagnosis[]): void {
    this.#take(controller, 'objects', diagnoses);
    this.#tell(controller);
  }

  /** Reports root causes that are due because a verdict of the controller changed. */
  verdictChanged(controller: string): void {
    this.#tell(controller);
  }

  /** Returns the active root causes of a controller: those of probes, most likely first, then those of objects alone. */
  of(controller: string): readonly HeldCause[] {
    const known = this.#controllers.get(controller);
    if (known === undefined) return [];
    const { clock } = this.#deps;
    const startedAt = clock.now() - clock.elapsed();
    const held = (from: News['from']) =>
      [...known[from].values()].map(({ diagnosis, since }) => ({
        diagnosis,
        since: startedAt + since,
        from,
      }));
    const objects = held('objects').filter(({ diagnosis }) => !known.probes.has(diagnosis.code));
    return [...held('probes'), ...objects];
  }

  /** Removes a controller. */
  forget(controller: string): void {
    this.#controllers.delete(controller);
  }

  #take(controller: string, from: News['from'], diagnoses: readonly Diagnosis[]): void {
    const known = this.#controllers.get(controller) ?? { probes: new Map(), objects: new Map() };
    this.#controllers.set(controller, known);
    const before = known[from];
    const now = this.#deps.clock.elapsed();
    known[from] = new Map(
      diagnoses.map((diagnosis) => {
        const { since = now, told = false } = before.get(diagnosis.code) ?? {};
        return [diagnosis.code, { since, told, diagnosis }];
      }),
    );
    this.#deps.changed(controller, causesOf(known));
  }

  #tell(controller: string): void {
    const known = this.#controllers.get(controller);
    if (known === undefined) return;
    const { clock, isDown, news } = this.#deps;
    for (const from of ['objects', 'probes'] as const) {
      for (const held of known[from].values()) {
        if (held.told) continue;
        const minimumMs = isDown(controller) ? NEWS_WHILE_DOWN_MS : NEWS_MS;
        if (from === 'probes' && clock.elapsed() - held.since < minimumMs) continue;
        held.told = true;
        news({ controller, diagnosis: held.diagnosis, from });
      }
    }
  }
}

/** Returns the root causes of probes, most likely first, then those of objects alone. */
function causesOf({ probes, objects }: Known): readonly Diagnosis[] {
  const alone = [...objects.values()].filter(({ diagnosis }) => !probes.has(diagnosis.code));
  return [...probes.values(), ...alone].map(({ diagnosis }) => diagnosis);
}
