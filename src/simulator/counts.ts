/** Returns counters with the value 0. */
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
    /** Agent-port connections that ended after fewer than ten bytes: a real controller logs a line for each. */
    bareConnects: 0,
    /** Times a node went online, over either entrypoint. */
    online: 0,
    /** JNLP4 connections that ended with a TLS close_notify: each remains in CLOSE_WAIT forever. */
    closeNotifies: 0,
    /** WebSockets opened. */
    websockets: 0,
    /** Open agent-port connections. */
    openAgentPort: 0,
  };
}

/** The counters of a simulated controller since its start; restarts and faults do not reset them. */
export type Counts = Readonly<ReturnType<typeof newTally>>;
