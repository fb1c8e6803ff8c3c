import type { Diagnosis } from '../../src/catalogue/diagnosis.ts';
import { diagnosisOf } from '../../src/catalogue/diagnosis.ts';
import type { WatchDetail } from '../../src/daemon/watch-detail.ts';
import type { ProbeResult } from '../../src/model/result.ts';
import { type ControllerView, controllerView } from '../../src/pages/fleet-view.ts';
import { resultOf, STARTED_AT } from '../daemon/results.ts';
import { detailOf, entrypoint, statusOf } from '../server/app-of.ts';

export const NOW = STARTED_AT + 60_000;

/** A controller that is reachable at every hop. */
export function reachable(name: string): ControllerView {
  const results = [resultOf('web'), resultOf('handshake')];
  return viewOf(name, 'up', results, []);
}

/** A controller whose agent port fails at `ping`, for this root cause. */
export function broken(
  name: string,
  diagnosis: Diagnosis = diagnosisOf('l4-accept-then-close', ['10.0.0.7:50000 closed without a byte']),
): ControllerView {
  const failure = { step: 'ping', reason: 'l4-accept-then-close' } as const;
  return viewOf(name, 'down', [resultOf('web'), resultOf('ping', { failure })], [diagnosis]);
}

/** A controller with these results and root causes. */
export function viewOf(
  name: string,
  verdict: 'up' | 'down' | 'unknown',
  results: readonly ProbeResult[],
  diagnoses: readonly Diagnosis[],
  detail: Partial<WatchDetail> = {},
): ControllerView {
  const entrypoints = [entrypoint('web', 'up'), entrypoint('agent-port', verdict)];
  const status = statusOf(name, entrypoints, results, { verdict });
  const causes = diagnoses.map((diagnosis) => ({ diagnosis, since: STARTED_AT, from: 'probes' as const }));
  return controllerView({ status, detail: { ...(detailOf(status) as WatchDetail), ...detail }, causes });
}
