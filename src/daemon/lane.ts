/** Runs one task at a time, in the order of the calls. */
export class Lane {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** True if a task runs or waits. */
  get busy(): boolean {
    return this.#waiting > 0;
  }

  /** Runs `task` when all earlier ones have ended. @returns the result of the task; rejects if it rejects */
  run<T>(task: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const turn = this.#last.then(task).finally(() => {
      this.#waiting -= 1;
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when all tasks so far have ended. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
