import { createHash } from 'node:crypto';
import type { Report } from '../report/report.ts';

/** Reports kept for each controller. */
const REPORTS_PER_CONTROLLER = 10;
/** The limit for all controllers together, as JSON. */
const MAX_BYTES = 2 * 1024 * 1024;
const ID_LENGTH = 12;

interface KeptReport {
  readonly controller: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly json: Buffer;
}

/** The last reports of each controller, in memory, bounded in number and bytes. */
export class ReportArchive {
  /** Oldest first. */
  readonly #kept = new Map<string, KeptReport>();
  readonly #ids = new WeakMap<Report, string>();
  #bytes = 0;

  /** Bytes in use. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps a report and drops the oldest ones above the limits. The same report is kept once. @returns its id */
  keep(report: Report): string {
    const known = this.#ids.get(report);
    if (known !== undefined) return known;
    const json = Buffer.from(JSON.stringify(report));
    const id = createHash('sha256').update(json).digest('base64url').slice(0, ID_LENGTH);
    this.#ids.set(report, id);
    const { controller, startedAt } = report;
    if (this.#kept.has(id)) return id;
    this.#kept.set(id, { controller, startedAt, json });
    this.#bytes += json.length;
    const own = [...this.#kept].filter(([, each]) => each.controller === controller).map(([each]) => each);
    for (const each of own.slice(0, -REPORTS_PER_CONTROLLER)) this.#drop(each);
    for (const each of this.#kept.keys()) {
      if (this.#bytes <= MAX_BYTES) break;
      this.#drop(each);
    }
    return id;
  }

  /** Returns the id of a report that was kept; null for any other. */
  idOf(report: Report): string | null {
    return this.#ids.get(report) ?? null;
  }

  /** Returns a kept report; null if it is unknown or no longer kept. */
  report(id: string): Report | null {
    const kept = this.#kept.get(id);
    return kept === undefined ? null : JSON.parse(kept.json.toString());
  }

  /** Returns the kept reports of a controller, newest first. */
  of(controller: string): readonly { readonly id: string; readonly startedAt: string }[] {
    return [...this.#kept]
      .filter(([, each]) => each.controller === controller)
      .map(([id, { startedAt }]) => ({ id, startedAt }))
      .reverse();
  }

  #drop(id: string): void {
    this.#bytes -= this.#kept.get(id)?.json.length ?? 0;
    this.#kept.delete(id);
  }
}
