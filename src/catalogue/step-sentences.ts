import type { StepName } from '../model/result.ts';

/** The meaning of each step: what it shows if it succeeds. One sentence without a full stop. */
export const STEP_SENTENCES: Readonly<Record<StepName, string>> = {
  'web-resolve': 'the name in the Jenkins URL has an address',
  'web-connect': 'the host of the Jenkins URL accepts a TCP connection',
  'web-tls': 'the TLS certificate of the Jenkins URL is valid',
  listener: 'the page tcpSlaveAgentListener/ announces the agent port',
  'port-resolve': 'the host name of the agent port has an address',
  'port-connect': 'the agent port accepts a TCP connection',
  hello: 'the agent port describes itself; agents do not need this',
  ping: "the agent port answers Jenkins' own Ping protocol, not ICMP",
  ack: 'the agent port accepts the JNLP4 protocol',
  tls: 'the TLS handshake inside JNLP4 succeeds',
  identity: 'the agent port has the key of the controller',
  headers: 'the controller accepts the name and secret of the agent',
  capability: 'the controller opens the channel of the agent',
  'ws-upgrade': 'the Jenkins URL accepts a WebSocket connection',
  'ws-roundtrip': 'a WebSocket message reaches Jenkins, and its answer comes back',
  'ws-login': 'the controller accepts the name and secret of the agent over WebSocket',
};
