/** Lets one task through at a time, in the order in which they came. One per controller keeps our connections few. */
export class Lane {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `task` once every earlier one has ended, however it ended. @returns what the task returns or throws */
  run<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(task);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves once everything that has been asked for so far has ended. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
