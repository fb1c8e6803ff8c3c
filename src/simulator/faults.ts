/** What a fault is. */
interface FaultDefinition {
  /** One sentence: what stands in the way, as an agent sees it. */
  readonly summary: string;
  /** The fault is in the web entrypoint's certificate, so the simulator must serve https. */
  readonly needsHttps?: true;
}

const DEFINITIONS = {
  none: { summary: 'Nothing is broken: both entrypoints answer as a healthy controller does.' },

  // Connecting to the web entrypoint.
  'web-refused': { summary: 'Nothing listens at the Jenkins URL.' },
  'web-silent': { summary: 'The web entrypoint accepts connections and never says anything.' },
  garbage: { summary: 'What answers at the Jenkins URL speaks neither HTTP nor TLS.' },
  'slow-drip': { summary: 'Both entrypoints answer one byte a second.' },
  'endless-headers': { summary: 'The web entrypoint sends response headers without end.' },
  'endless-body': { summary: 'The listener page has the right headers and a body without end.' },
  'expired-certificate': { summary: "The web entrypoint's certificate expired yesterday.", needsHttps: true },
  'untrusted-certificate': {
    summary: "The web entrypoint's certificate is signed by an authority that no one here trusts.",
    needsHttps: true,
  },
  'wrong-name-certificate': {
    summary: "The web entrypoint's certificate is for another name.",
    needsHttps: true,
  },

  // Answers of the web entrypoint, or of something in front of it.
  starting: { summary: 'Jenkins is starting: every page is 503, and the agent port is not open yet.' },
  'no-backend': { summary: 'The ingress answers 503: it has no ready controller behind it.' },
  redirect: { summary: 'The Jenkins URL only redirects, to https or another host.' },
  'redirect-to-login': {
    summary: 'Single sign-on in front of Jenkins redirects every request to its login.',
  },
  'login-page-200': { summary: 'Something in front of Jenkins answers every request with its login page.' },
  forbidden: { summary: 'An allow-list in front of Jenkins answers 403.' },
  'not-jenkins': { summary: 'Another web application answers at the Jenkins URL, with 200 for every path.' },
  'headers-stripped': { summary: 'A proxy drops all X- headers of the answers.' },
  'identity-missing': { summary: 'The listener page lacks X-Instance-Identity.' },
  'identity-garbage': { summary: 'X-Instance-Identity on the listener page is not a key.' },
  'invalid-port-header': { summary: 'X-Jenkins-JNLP-Port on the listener page is not a TCP port.' },
  'jnlp4-not-offered': { summary: 'The controller offers Ping only, no JNLP4-connect.' },
  'port-disabled': { summary: 'The TCP agent port is switched off in Jenkins; all else is fine.' },

  // Connecting to the agent port.
  'port-refused': { summary: 'Nothing listens on the agent port.' },
  'port-filtered': {
    summary: 'Connecting to the agent port gets no answer, as behind a firewall that drops.',
  },
  'port-silent': { summary: 'The agent port accepts connections and never says anything.' },
  'port-closes-at-once': { summary: 'The agent port accepts connections and closes them at once.' },
  'port-resets': { summary: 'The agent port accepts connections and resets them at once.' },
  'http-on-port': { summary: 'An HTTP load balancer listens on the agent port.' },
  'tls-on-port': { summary: 'Something on the agent port expects TLS from the first byte.' },
  'ssh-on-port': { summary: 'An SSH server listens on the agent port.' },
  'protocol-prefix': { summary: 'A hop puts bytes of its own before what is sent to the agent port.' },
  'two-sessions': { summary: 'Two controllers take turns behind the agent port.' },

  // The JNLP4 handshake.
  'wrong-ack': { summary: 'JNLP4 is acknowledged with the wrong word.' },
  'ack-never': { summary: 'JNLP4 is never acknowledged, though the connection stays open.' },
  'closes-before-ack': { summary: 'The controller closes a JNLP4 connection without acknowledging it.' },
  'tls-never': { summary: 'JNLP4 is acknowledged, but TLS gets no answer.' },
  'wrong-identity': { summary: 'The agent port shows another instance identity than the listener page.' },
  'headers-garbage': { summary: "The controller's JNLP4 headers are not JSON." },
  'unknown-name': { summary: 'The controller knows no agent by that name.' },
  'wrong-secret': { summary: "The controller refuses the agent's secret." },
  'not-inbound': { summary: 'The node is launched in another way than inbound.' },
  'already-connected': { summary: 'Another process is connected under the same agent name.' },
  'capability-garbage': { summary: "The controller's capability cannot be read." },

  // WebSocket.
  'upgrade-stripped': { summary: 'A proxy drops the Upgrade header.' },
  'ws-blocked': { summary: 'A proxy answers 403 to every Upgrade and lets all else pass.' },
  'ws-origin': { summary: 'The Jenkins URL that is configured in Jenkins is another than the one in use.' },
  'ws-closes': { summary: 'WebSockets are opened and closed at once.' },
  'ws-path-404': { summary: 'The WebSocket paths are not found.' },
} as const satisfies Record<string, FaultDefinition>;

/** One way in which a simulated controller can be broken; `none` is healthy. */
export type FaultName = keyof typeof DEFINITIONS;

/** Every fault, by name. */
export const FAULTS: Readonly<Record<FaultName, FaultDefinition>> = DEFINITIONS;
