import type { Io } from './io.ts';
import { canDraw } from './terminal.ts';

/** How often the time is counted on. */
const REDRAW_MS = 200;
/** Goes to the first column and clears the line. */
const CLEAR = '\r\u001b[K';

/**
 * One line at the bottom of a terminal that says what is under way and for how long. Where standard error is not a
 * terminal it writes nothing.
 */
export class Progress {
  readonly #io: Pick<Io, 'stderr' | 'env'>;
  readonly #enabled: boolean;
  readonly #under = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #drawn = false;

  constructor(io: Pick<Io, 'stderr' | 'env'>) {
    this.#io = io;
    this.#enabled = canDraw(io);
  }

  /** Whether anything is shown. */
  get enabled(): boolean {
    return this.#enabled;
  }

  /** Something begins. @param what a few words, the same for {@link end} */
  begin(what: string): void {
    if (!this.#enabled) return;
    this.#under.delete(what);
    this.#under.set(what, performance.now());
    this.#timer ??= setInterval(() => this.#draw(), REDRAW_MS).unref();
    this.#draw();
  }

  end(what: string): void {
    this.#under.delete(what);
    if (this.#under.size === 0) this.stop();
  }

  /** Takes the line away, so that others can be written; it comes back with the next tick. */
  clear(): void {
    if (!this.#drawn) return;
    this.#drawn = false;
    this.#io.stderr.write(CLEAR);
  }

  /** Takes the line away for good. */
  stop(): void {
    this.#under.clear();
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.clear();
  }

  #draw(): void {
    const now = performance.now();
    const parts = [...this.#under].map(([what, since]) => `${what} ${seconds(now - since)}`);
    const room = Math.max(20, (this.#io.stderr.columns ?? 80) - 1);
    const line = `  ... ${parts.join(', ')}`;
    this.#drawn = true;
    this.#io.stderr.write(`${CLEAR}${line.slice(0, room)}`);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
