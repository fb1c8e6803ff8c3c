import { type Probes, realProbes } from '../../src/daemon/probes.ts';
import type { ProbeResult } from '../../src/model/result.ts';

/** The real probes. Each scheduled one is passed to `each` when it starts. */
export function wrappedProbes(each: (probe: Promise<ProbeResult>) => Promise<ProbeResult>): Probes {
  return {
    ...realProbes,
    web: (...args) => each(realProbes.web(...args)),
    agentPort: (...args) => each(realProbes.agentPort(...args)),
    websocket: (...args) => each(realProbes.websocket(...args)),
  };
}
