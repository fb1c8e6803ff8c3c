import type { Code } from '../catalogue/codes.ts';
import type { Diagnosis } from '../catalogue/diagnosis.ts';
import type { Confidence } from '../catalogue/entry.ts';
import type { Cost } from '../model/cost.ts';
import {
  type Depth,
  ENTRYPOINTS,
  type Entrypoint,
  firstFailure,
  OWN_FAULTS,
  type OwnFault,
  type ProbeResult,
  type StepName,
} from '../model/result.ts';
import { failingSteps } from '../model/step-reasons.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { AddressHealth } from './address-health.ts';
import { ControllerFactMetrics, type ControllerInfo } from './controller-facts.ts';
import { HealthCounts } from './health-counts.ts';
import type { MetricsRegistry } from './registry.ts';

/** A controller and its planned probes, for which series are created at the start. */
interface RecordedController {
  readonly name: string;
  readonly entrypoints: readonly Entrypoint[];
  readonly plan: readonly { readonly depth: Depth; readonly cadenceMs: number }[];
  /** The verdict before the first results. */
  readonly initial: Verdict;
  /** True if the Jenkins URL is https. */
  readonly tls: boolean;
}

/** The `controller` label of health checks of all controllers. It is not a valid name of a controller. */
export const ALL_CONTROLLERS = '*';

interface Remembered {
  readonly facts: ControllerFactMetrics;
  readonly addresses: ReadonlyMap<Entrypoint, AddressHealth>;
  /** Every root cause so far with its confidence; null if it is not active. */
  readonly causes: Map<Code, Confidence | null>;
}

/** Writes results and verdicts to metrics; {@link KubernetesRecorder} does the same for the Kubernetes features. */
export class MetricsRecorder {
  readonly #registry: MetricsRegistry;
  readonly #controllers = new Map<string, Remembered>();
  readonly #health: HealthCounts;

  constructor(registry: MetricsRegistry) {
    this.#registry = registry;
    this.#health = new HealthCounts(registry);
  }

  /** Creates the series without a controller. */
  initialise(): void {
    this.#registry.set('config_last_reload_successful', {}, 1);
    this.logLinesLost(0);
    this.#health.start(ALL_CONTROLLERS);
  }

  /** Sets the version of this program and of Node.js. */
  build(version: string, nodejs: string): void {
    this.#registry.set('build_info', { version, nodejs }, 1);
  }

  /** Creates the series of a controller. */
  remember(controller: RecordedController): void {
    this.#controllers.set(controller.name, remembered());
    this.#initialise(controller);
  }

  /** Removes the series of a controller. */
  forget(controller: string): void {
    this.#controllers.delete(controller);
    this.#health.forget(controller);
    this.#registry.forget(controller);
  }

  /** Sets the result of a reload. */
  reloaded(successful: boolean): void {
    this.#registry.set('config_last_reload_successful', {}, successful ? 1 : 0);
  }

  /** Records the result of a scheduled probe. */
  result(controller: string, result: ProbeResult): void {
    const registry = this.#registry;
    const { depth } = result;
    const startedAt = result.startedAt / 1000;
    registry.inc('attempts_total', { controller, depth });
    registry.set('success', { controller, depth }, result.success ? 1 : 0);
    registry.set('duration_seconds', { controller, depth }, result.durationMs / 1000);
    registry.set('last_attempt_timestamp_seconds', { controller, depth }, startedAt);
    if (result.success) registry.set('last_success_timestamp_seconds', { controller, depth }, startedAt);
    for (const [step, durationMs] of slowest(result)) {
      registry.set('step_duration_seconds', { controller, step }, durationMs / 1000);
    }
    this.#failure(controller, result);
    this.#certificates(controller, result);
    this.#identity(controller, result);
    const memory = this.#controllers.get(controller) ?? remembered();
    this.#controllers.set(controller, memory);
    this.#addresses(controller, memory, result);
    this.#facts(controller, memory.facts, result);
    this.connections(controller, result);
  }

  /** Records a scheduled probe without a usable result: only its cost. */
  inconclusive(controller: string, fault: OwnFault, cost: Cost): void {
    this.#registry.inc('inconclusive_total', { controller, fault });
    this.connections(controller, cost);
  }

  /** Records the connections of a probe outside the schedule. */
  connections(controller: string, { entrypoint, connections }: Cost): void {
    this.#registry.inc('connections_total', { controller, entrypoint }, connections);
  }

  /** Records the root causes of the latest results, most likely first. */
  diagnosed(controller: string, causes: readonly Pick<Diagnosis, 'code' | 'confidence'>[]): void {
    const seen = this.#controllers.get(controller)?.causes ?? new Map<Code, Confidence | null>();
    for (const [code, confidence] of seen) {
      const now = causes.find((each) => each.code === code);
      if (confidence !== null && confidence !== now?.confidence) {
        this.#registry.remove('diagnosis_rank', { controller, code, confidence });
      }
      if (now === undefined) {
        seen.set(code, null);
        this.#registry.set('diagnosis', { controller, code }, 0);
      }
    }
    for (const [index, { code, confidence }] of causes.entries()) {
      seen.set(code, confidence);
      this.#registry.set('diagnosis', { controller, code }, 1);
      this.#registry.set('diagnosis_rank', { controller, code, confidence }, index + 1);
    }
  }

  /** Records a verdict that changed to `to`. */
  verdict(controller: string, entrypoint: Entrypoint, to: Verdict): void {
    this.#registry.inc('transitions_total', { controller, entrypoint, to });
    this.#up(controller, entrypoint, to);
  }

  /** Records a verdict of another replica. The other replica counts its changes. */
  followed(controller: string, entrypoint: Entrypoint, verdict: Verdict): void {
    if (verdict === 'unknown') this.#registry.remove('up', { controller, entrypoint });
    else this.#registry.set('up', { controller, entrypoint }, verdict === 'up' ? 1 : 0);
  }

  backoff(controller: string, extraMs: number): void {
    this.#registry.set('backoff_seconds', { controller }, extraMs / 1000);
  }

  lag(lagMs: number): void {
    this.#registry.set('scheduler_lag_seconds', {}, lagMs / 1000);
  }

  /** Counts lost log lines. */
  logLinesLost(lines: number): void {
    this.#registry.inc('log_lines_lost_total', {}, lines);
  }

  /** Counts an answer to a health check. @param controller {@link ALL_CONTROLLERS} or a configured one */
  healthRequest(controller: string, code: 200 | 503): void {
    this.#health.add(controller, code);
  }

  #initialise({ name: controller, entrypoints, plan, initial, tls }: RecordedController): void {
    const registry = this.#registry;
    for (const entrypoint of entrypoints) {
      this.#up(controller, entrypoint, initial);
      for (const to of ['up', 'down']) registry.inc('transitions_total', { controller, entrypoint, to }, 0);
      registry.inc('connections_total', { controller, entrypoint }, 0);
    }
    for (const { depth, cadenceMs } of plan) {
      registry.set('cadence_seconds', { controller, depth }, cadenceMs / 1000);
      registry.inc('attempts_total', { controller, depth }, 0);
      for (const step of failingSteps(depth, tls)) {
        registry.inc('failures_total', { controller, depth, step }, 0);
      }
    }
    for (const fault of OWN_FAULTS) registry.inc('inconclusive_total', { controller, fault }, 0);
    registry.inc('controller_restarts_total', { controller }, 0);
    registry.set('backoff_seconds', { controller }, 0);
    this.#health.start(controller);
  }

  #up(controller: string, entrypoint: Entrypoint, verdict: Verdict): void {
    if (verdict !== 'unknown') this.#registry.set('up', { controller, entrypoint }, verdict === 'up' ? 1 : 0);
  }

  #failure(controller: string, result: ProbeResult): void {
    const failure = result.success ? null : firstFailure(result);
    if (failure === null || failure.reason === null) return;
    const { step, reason } = failure;
    const { depth } = result;
    this.#registry.inc('failures_total', { controller, depth, step });
    this.#registry.inc('failures_by_reason_total', { controller, depth, step, reason });
  }

  #certificates(controller: string, { evidence }: ProbeResult): void {
    for (const entrypoint of ENTRYPOINTS) {
      const ends = (evidence.certificates ?? [])
        .filter(
          (certificate) => certificate.entrypoint === entrypoint && Number.isFinite(certificate.notAfter),
        )
        .map(({ notAfter }) => notAfter / 1000);
      if (ends.length === 0) continue;
      const value = Math.min(...ends);
      this.#registry.set('certificate_not_after_timestamp_seconds', { controller, entrypoint }, value);
    }
  }

  #identity(controller: string, { steps }: ProbeResult): void {
    const judged = steps.filter(({ step, outcome }) => step === 'identity' && outcome !== 'skipped');
    if (judged.length === 0) return;
    const match = judged.every(({ outcome }) => outcome !== 'failed');
    this.#registry.set('identity_match', { controller }, match ? 1 : 0);
  }

  #addresses(controller: string, { addresses }: Remembered, result: ProbeResult): void {
    const { entrypoint } = result;
    const health = addresses.get(entrypoint);
    if (health === undefined) return;
    for (const address of health.take(result)) {
      this.#registry.remove('address_up', { controller, entrypoint, address });
    }
    for (const [address, good] of health.entries()) {
      this.#registry.set('address_up', { controller, entrypoint, address }, good ? 1 : 0);
    }
  }

  #facts(controller: string, facts: ControllerFactMetrics, result: ProbeResult): void {
    const before = facts.info;
    this.#registry.inc('controller_restarts_total', { controller }, facts.take(result));
    const after = facts.info;
    if (after === null || sameInfo(before, after)) return;
    if (before !== null) this.#registry.remove('controller_info', { controller, ...before });
    this.#registry.set('controller_info', { controller, ...after }, 1);
  }
}

function remembered(): Remembered {
  return {
    facts: new ControllerFactMetrics(),
    addresses: new Map(ENTRYPOINTS.map((entrypoint) => [entrypoint, new AddressHealth()])),
    causes: new Map(),
  };
}

/** Returns the duration of each step that was not skipped, in milliseconds; for several addresses the slowest. */
function slowest({ steps }: ProbeResult): ReadonlyMap<StepName, number> {
  const taken = new Map<StepName, number>();
  for (const { step, outcome, durationMs } of steps) {
    if (outcome !== 'skipped') taken.set(step, Math.max(durationMs, taken.get(step) ?? 0));
  }
  return taken;
}

function sameInfo(a: ControllerInfo | null, b: ControllerInfo): boolean {
  return a !== null && a.version === b.version && a.identity === b.identity;
}
