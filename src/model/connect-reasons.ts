import type { Reason } from '../protocol/reason.ts';

/** The reasons of a failed connection to an entrypoint. */
export interface ConnectReasons {
  readonly refused: Reason;
  readonly timeout: Reason;
  /** Reset while it was opened. */
  readonly reset: Reason;
}

/** The Jenkins URL. */
export const WEB_CONNECT: ConnectReasons = {
  refused: 'discovery-connect-refused',
  timeout: 'discovery-connect-timeout',
  reset: 'connection-reset',
};

/** The TCP agent port. */
export const AGENT_PORT_CONNECT: ConnectReasons = {
  refused: 'agent-port-refused',
  timeout: 'agent-port-timeout-filtered',
  reset: 'l4-accept-then-close',
};
