/** What was done to a simulated controller since it started; restarts and faults do not reset it. */
export interface Counts {
  /** TCP connections accepted at the web endpoint. */
  readonly webConnections: number;
  /** HTTP requests read at the web endpoint, upgrades included. */
  readonly webRequests: number;
  /** TCP connections accepted at the agent port. */
  readonly agentPortConnections: number;
  /** `GET / ` answered at the agent port. */
  readonly hellos: number;
  /** `Protocol:Ping` answered. */
  readonly pings: number;
  /** JNLP4 connections whose TLS handshake was completed. */
  readonly handshakes: number;
  /** JNLP4 connections whose name and secret were accepted. */
  readonly logins: number;
  /** Agent-port connections that went away after fewer than ten bytes: a log line each on a real controller. */
  readonly bareConnects: number;
  /** Times a node went online, over either endpoint. */
  readonly online: number;
  /** JNLP4 connections ended with a TLS close_notify: each stays in CLOSE_WAIT for ever. */
  readonly closeNotifies: number;
  /** WebSockets opened. */
  readonly websockets: number;
  /** Agent-port connections that the controller has not closed now. */
  readonly openAgentPort: number;
}

/** The counts as the endpoints write them. */
type Tally = { -readonly [Key in keyof Counts]: Counts[Key] };

/** A tally of zeros. */
export function newTally(): Tally {
  return {
    webConnections: 0,
    webRequests: 0,
    agentPortConnections: 0,
    hellos: 0,
    pings: 0,
    handshakes: 0,
    logins: 0,
    bareConnects: 0,
    online: 0,
    closeNotifies: 0,
    websockets: 0,
    openAgentPort: 0,
  };
}
