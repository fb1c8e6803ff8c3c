/** Signals a change that pages show: a verdict, a reason, a root cause, the list of controllers. */
export class ChangeSignal {
  readonly #listeners = new Set<() => void>();
  readonly #seen = new Map<string, string>();

  /** The number of listeners. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** Adds a listener. @returns a function that removes it */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls the listeners if the text differs from the previous one of this controller. */
  check(controller: string, look: string): void {
    if (this.#seen.get(controller) === look) return;
    this.#seen.set(controller, look);
    this.tell();
  }

  /** Sets the list of controllers, forgets the others, and calls the listeners. */
  watched(controllers: readonly string[]): void {
    for (const name of this.#seen.keys()) if (!controllers.includes(name)) this.#seen.delete(name);
    this.tell();
  }

  /** Calls the listeners. */
  tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
