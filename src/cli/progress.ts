import type { Io } from './io.ts';
import { canDraw } from './terminal.ts';

/** Interval of redrawing. */
const REDRAW_MS = 200;
/** Control sequence: moves to the first column and clears the line. */
const CLEAR = '\r\u001b[K';

/**
 * Draws one line at the bottom of a terminal with the operations in progress and their times. Writes nothing if standard
 * error is not a terminal.
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

  /** True if the line is drawn. */
  get enabled(): boolean {
    return this.#enabled;
  }

  /** Shows an operation. @param what a few words, the same for {@link end} */
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

  /** Clears the line, so that other text can be written. The next tick draws it again. */
  clear(): void {
    if (!this.#drawn) return;
    this.#drawn = false;
    this.#io.stderr.write(CLEAR);
  }

  /** Clears the line and stops drawing. */
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
