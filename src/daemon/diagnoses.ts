import { buildReport, type Report } from '../diagnosis/report.ts';
import type { Clock } from './clock.ts';
import type { Watch } from './watch.ts';

/** Two diagnoses of a controller begin at least this far apart. */
const SHARED_FOR_MS = 5_000;

interface Sharing {
  readonly startedAt: number;
  readonly report: Promise<Report>;
  running: boolean;
}

/** Diagnoses on demand, however many ask: one at a time per controller and at most one in five seconds. */
export class Diagnoses {
  readonly #clock: Clock;
  readonly #shared = new Map<string, Sharing>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Diagnoses a controller now, or shares the diagnosis that is running or has only just been made. */
  diagnose(watch: Watch): Promise<Report> {
    const now = this.#clock.elapsed();
    const shared = this.#shared.get(watch.name);
    if (shared !== undefined && (shared.running || now - shared.startedAt < SHARED_FOR_MS)) {
      return shared.report;
    }
    const report = watch.survey().then((survey) => buildReport(watch.name, survey));
    const sharing: Sharing = { startedAt: now, report, running: true };
    this.#shared.set(watch.name, sharing);
    const ended = () => {
      sharing.running = false;
    };
    report.then(ended, () => {
      // It threw, which is a bug of ours: the next caller shall not be served the same error.
      this.#shared.delete(watch.name);
    });
    return report;
  }
}
