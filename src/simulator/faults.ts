/** The description of a fault. */
interface FaultDefinition {
  /** One sentence: the fault as an agent observes it. */
  readonly summary: string;
  /** Set for a fault of the web entrypoint's certificate: the simulator must serve https. */
  readonly needsHttps?: true;
}

const DEFINITIONS = {
  none: { summary: 'Healthy: both entrypoints answer correctly.' },

  // Connecting to the web entrypoint.
  'web-refused': { summary: 'Nothing listens at the Jenkins URL.' },
  'web-silent': { summary: 'The web entrypoint accepts connections but never answers.' },
  garbage: { summary: 'The Jenkins URL answers with neither HTTP nor TLS.' },
  'slow-drip': { summary: 'Both entrypoints answer one byte a second.' },
  'endless-headers': { summary: 'The web entrypoint sends endless response headers.' },
  'endless-body': { summary: 'The listener page has the right headers and an endless body.' },
  'expired-certificate': { summary: "The web entrypoint's certificate expired yesterday.", needsHttps: true },
  'untrusted-certificate': {
    summary: "The web entrypoint's certificate is signed by an authority that is not trusted.",
    needsHttps: true,
  },
  'wrong-name-certificate': {
    summary: "The web entrypoint's certificate is for another name.",
    needsHttps: true,
  },

  // Answers of the web entrypoint, or of something in front of it.
  starting: { summary: 'Jenkins is starting: every page answers 503, and the agent port is not open yet.' },
  'no-backend': { summary: 'The ingress answers 503: it has no ready backend.' },
  redirect: { summary: 'The Jenkins URL only redirects, to another scheme or host.' },
  'redirect-to-login': {
    summary: 'Single sign-on in front of Jenkins redirects every request to its login.',
  },
  'login-page-200': { summary: 'A proxy in front of Jenkins answers every request with its login page.' },
  forbidden: { summary: 'An allow-list in front of Jenkins answers 403.' },
  'not-jenkins': { summary: 'Another web application answers at the Jenkins URL, with 200 for every path.' },
  'headers-stripped': { summary: 'A proxy drops all X- headers of the answers.' },
  'identity-missing': { summary: 'The listener page lacks X-Instance-Identity.' },
  'identity-garbage': { summary: 'X-Instance-Identity on the listener page is not a key.' },
  'invalid-port-header': { summary: 'X-Jenkins-JNLP-Port on the listener page is not a TCP port.' },
  'jnlp4-not-offered': { summary: 'The controller offers only Ping, not JNLP4-connect.' },
  'port-disabled': { summary: 'The TCP agent port is disabled in Jenkins; everything else works.' },

  // Connecting to the agent port.
  'port-refused': { summary: 'Nothing listens on the agent port.' },
  'port-filtered': {
    summary: 'Connections to the agent port time out, as behind a firewall that drops packets.',
  },
  'port-silent': { summary: 'The agent port accepts connections but never answers.' },
  'port-closes-at-once': { summary: 'The agent port accepts connections and closes them at once.' },
  'port-resets': { summary: 'The agent port accepts connections and resets them at once.' },
  'http-on-port': { summary: 'An HTTP load balancer listens on the agent port.' },
  'tls-on-port': { summary: 'A server on the agent port expects TLS from the first byte.' },
  'ssh-on-port': { summary: 'An SSH server listens on the agent port.' },
  'protocol-prefix': { summary: 'A hop inserts bytes before the data for the agent port.' },
  'two-sessions': { summary: 'Two controllers answer in turn behind the agent port.' },

  // The JNLP4 handshake.
  'wrong-ack': { summary: 'JNLP4 is answered with a wrong acknowledgement.' },
  'ack-never': { summary: 'JNLP4 is never acknowledged, but the connection remains open.' },
  'closes-before-ack': { summary: 'The controller closes a JNLP4 connection without acknowledging it.' },
  'tls-never': { summary: 'JNLP4 is acknowledged, but TLS is never answered.' },
  'wrong-identity': {
    summary: 'The agent port presents a different instance identity than the listener page.',
  },
  'headers-garbage': { summary: "The controller's JNLP4 headers are not JSON." },
  'unknown-name': { summary: 'The controller does not know the name of the agent.' },
  'wrong-secret': { summary: "The controller refuses the agent's secret." },
  'not-inbound': { summary: 'The node is not an inbound agent.' },
  'already-connected': { summary: 'Another process is connected under the same agent name.' },
  'capability-garbage': { summary: "The controller's capability is invalid." },

  // WebSocket.
  'upgrade-stripped': { summary: 'A proxy drops the Upgrade header.' },
  'ws-blocked': { summary: 'A proxy answers 403 to every Upgrade and forwards other requests.' },
  'ws-origin': { summary: 'The URL that is configured in Jenkins differs from the one that agents use.' },
  'ws-closes': { summary: 'WebSockets are opened and then closed at once.' },
  'ws-path-404': { summary: 'The WebSocket paths answer 404.' },
} as const satisfies Record<string, FaultDefinition>;

/** A fault of a simulated controller; `none` is healthy. */
export type FaultName = keyof typeof DEFINITIONS;

/** Every fault, by name. */
export const FAULTS: Readonly<Record<FaultName, FaultDefinition>> = DEFINITIONS;
