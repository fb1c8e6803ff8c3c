import type { WatchObserver } from '../../src/daemon/observer.ts';

const silent = () => undefined;

/** Hears everything and does nothing; a test replaces what it listens to. */
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
