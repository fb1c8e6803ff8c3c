/** Lets one task through at a time, in the order in which they came. One per controller keeps our connections few. */
export class Lane {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Whether a task runs or waits. */
  get busy(): boolean {
    return this.#waiting > 0;
  }

  /** Runs `task` once every earlier one has ended, however it ended. @returns what the task returns or throws */
  run<T>(task: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const turn = this.#last.then(task).finally(() => {
      this.#waiting -= 1;
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves once everything that has been asked for so far has ended. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
