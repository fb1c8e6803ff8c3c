import type { WatchObserver } from '../../src/daemon/observer.ts';

const silent = () => undefined;

/** An observer that does nothing. A test replaces the methods that it needs. */
export const SILENT: WatchObserver = {
  begun: silent,
  ended: silent,
  surveyed: silent,
  verdictChanged: silent,
  diagnosed: silent,
  backedOff: silent,
  broke: silent,
  inconclusive: silent,
};
