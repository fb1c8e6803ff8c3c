import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Remembers what must be undone at the end of a set-up, and undoes it in reverse order, all of it, whatever fails. */
export class Keeper {
  readonly #undo: (() => Promise<void> | void)[] = [];

  /** Has `undo` run at the end. */
  keep(undo: () => Promise<void> | void): void {
    this.#undo.push(undo);
  }

  /** A folder that is removed at the end. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'lab-'));
    this.keep(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }

  /** Undoes everything. Rejects with what went wrong on the way, after all of it was tried. */
  async close(): Promise<void> {
    const problems: unknown[] = [];
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) {
      try {
        await undo();
      } catch (problem) {
        problems.push(problem);
      }
    }
    if (problems.length > 0) throw new AggregateError(problems, 'not everything could be undone');
  }
}
