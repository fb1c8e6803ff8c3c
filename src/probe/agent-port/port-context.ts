import type { Target } from '../../model/target.ts';
import type { ListenerAnnouncement } from '../../protocol/announcement.ts';
import type { Recording } from '../recording.ts';
import type { Deadline } from '../wire/deadline.ts';

/** The context of the steps of one agent-port probe. */
export interface PortContext {
  readonly recording: Recording;
  readonly deadline: Deadline;
  readonly target: Target;
  readonly announcement: ListenerAnnouncement | null;
}
