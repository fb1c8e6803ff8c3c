/** A tally of zeros. */
export function newTally() {
  return {
    /** TCP connections accepted at the web entrypoint. */
    webConnections: 0,
    /** HTTP requests read at the web entrypoint, upgrades included. */
    webRequests: 0,
    /** TCP connections accepted at the agent port. */
    agentPortConnections: 0,
    /** `GET / ` answered at the agent port. */
    hellos: 0,
    /** `Protocol:Ping` answered. */
    pings: 0,
    /** JNLP4 connections whose TLS handshake was completed. */
    handshakes: 0,
    /** JNLP4 connections whose name and secret were accepted. */
    logins: 0,
    /** Agent-port connections that went away after fewer than ten bytes: a log line each on a real controller. */
    bareConnects: 0,
    /** Times a node went online, over either entrypoint. */
    online: 0,
    /** JNLP4 connections ended with a TLS close_notify: each stays in CLOSE_WAIT for ever. */
    closeNotifies: 0,
    /** WebSockets opened. */
    websockets: 0,
    /** Agent-port connections that the controller has not closed now. */
    openAgentPort: 0,
  };
}

/** What was done to a simulated controller since it started; restarts and faults do not reset it. */
export type Counts = Readonly<ReturnType<typeof newTally>>;
