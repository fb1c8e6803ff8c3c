import type { StepLimit } from './deadline.ts';

/** The minimum pause between the acknowledgement and our ClientHello, in milliseconds. */
const SETTLE_MS = 100;
const MAX_SETTLE_MS = 1000;

/**
 * Waits until the controller's TLS layer is ready. The controller acknowledges before it starts that layer. A ClientHello
 * in between is processed by two of its threads at once, without a lock. If the connection is then closed early, as a probe
 * does, one of them may use 100 % of a processor core forever. Measured on loopback with remoting 3355: once in 1,500
 * handshakes without a pause, never in 8,000 with one. The pause is longer after a slow acknowledgement.
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
