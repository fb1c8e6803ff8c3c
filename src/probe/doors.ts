import type { Reason } from '../protocol/reason.ts';

/** What a refused or unanswered connection is called at the door in question. */
export interface DoorReasons {
  readonly refused: Reason;
  readonly timeout: Reason;
}

/** The Jenkins URL. */
export const WEB_DOOR: DoorReasons = {
  refused: 'discovery-connect-refused',
  timeout: 'discovery-connect-timeout',
};

/** The TCP agent port. */
export const AGENT_PORT_DOOR: DoorReasons = {
  refused: 'agent-port-refused',
  timeout: 'agent-port-timeout-filtered',
};
