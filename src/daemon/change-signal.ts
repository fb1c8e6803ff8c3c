/** Tells listeners that something which people see has changed: a verdict, a reason, a root cause, the controllers. */
export class ChangeSignal {
  readonly #listeners = new Set<() => void>();
  readonly #seen = new Map<string, string>();

  /** How many listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** @returns a function that ends it */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells the listeners unless the controller looked the same when it was last checked. */
  check(controller: string, look: string): void {
    if (this.#seen.get(controller) === look) return;
    this.#seen.set(controller, look);
    this.tell();
  }

  /** The controllers that are watched now: the others are forgotten, and the listeners told. */
  watched(controllers: readonly string[]): void {
    for (const name of this.#seen.keys()) if (!controllers.includes(name)) this.#seen.delete(name);
    this.tell();
  }

  /** Tells the listeners. */
  tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
