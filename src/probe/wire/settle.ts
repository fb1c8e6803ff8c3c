import type { StepLimit } from './deadline.ts';

/** The least pause between the acknowledgement and our ClientHello, in milliseconds. */
const SETTLE_MS = 100;
const MAX_SETTLE_MS = 1000;

/**
 * Leaves the controller the time to get its TLS layer ready. It acknowledges before that layer is started, and a
 * ClientHello that comes in between is handled by two of its threads at once, without a lock. When the connection is
 * then closed early, as a probe does, one of them may spin for ever at 100 % of a processor core (measured on loopback
 * with remoting 3355: once in 1,500 handshakes without a pause, never in 8,000 with one). A controller that was slow
 * to acknowledge gets more.
 */
export function settle(acknowledgedMs: number, limit: StepLimit): Promise<void> {
  const pauseMs = Math.min(Math.max(SETTLE_MS, acknowledgedMs), MAX_SETTLE_MS);
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      limit.signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, pauseMs);
    limit.signal.addEventListener('abort', done);
    if (limit.signal.aborted) done();
  });
}
