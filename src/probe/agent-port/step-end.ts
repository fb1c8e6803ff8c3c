import type { Jnlp4Event } from '../../protocol/jnlp4.ts';
import type { StepFailure } from '../recording.ts';

/** The end of a step of a handshake: an event of the client, or a failure that the client does not know. */
export type StepEnd = Jnlp4Event | ({ readonly type: 'failed' } & StepFailure);

/** Returns the first failure of these; null if there is none. */
export function failureOf(events: readonly StepEnd[]): StepFailure | null {
  const failed = events.find((event) => event.type === 'failed');
  if (failed === undefined) return null;
  const { type: _, ...failure } = failed;
  return failure;
}
