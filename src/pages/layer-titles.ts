import type { Layer } from '../catalogue/entry.ts';

/** The headings of the layers, in the order of an agent's steps. */
export const LAYER_TITLES: Readonly<Record<Layer, string>> = {
  agent: 'The agent itself',
  name: 'Host names',
  network: 'Connections',
  proxy: 'HTTP proxies',
  tls: 'TLS at the Jenkins URL',
  http: 'Discovery over HTTP',
  'agent-port': 'The agent port',
  handshake: 'The JNLP4 handshake',
  authorisation: 'Name and secret',
  websocket: 'WebSocket',
  channel: 'The open channel',
  'load-balancer': 'Load balancers and health checks',
  kubernetes: 'Kubernetes',
};
