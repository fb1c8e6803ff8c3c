import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs the cleanup of a set-up, in reverse order. A failure does not stop the rest of the cleanup. */
export class Keeper {
  readonly #undo: (() => Promise<void> | void)[] = [];

  /** Adds a function that {@link close} runs. */
  keep(undo: () => Promise<void> | void): void {
    this.#undo.push(undo);
  }

  /** Creates a folder that is removed on close. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'lab-'));
    this.keep(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }

  /** Runs the cleanup. Rejects at the end with all errors. */
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
