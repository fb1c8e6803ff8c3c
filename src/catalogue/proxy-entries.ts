import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('proxy');

/** HTTP proxies on the way of the agent. */
export const PROXY_ENTRIES = {
  'proxy-unreachable': error('certain', {
    title: 'The HTTP proxy cannot be reached',
    cause: 'The proxy of http_proxy (or of the configuration) refuses connections or does not answer.',
    remedy: [
      'Correct the proxy address, or take the controller out of the proxy: no_proxy is matched against name suffixes, and against addresses only when the URL has an address.',
    ],
    agentLog: [
      'java.io.IOException: Failed to connect to agents.example.com:50000 through proxy proxy.example.com/10.0.0.9:3128',
    ],
    next: ['controller-proxy-leaked'],
  }),
  'proxy-auth-required': error('certain', {
    title: 'The HTTP proxy asks for credentials',
    cause: 'The proxy answered 407: it wants a user name and password and got none or wrong ones.',
    remedy: [
      'Give agents -proxyCredentials, and this probe http://user:password@proxy:port; or exempt the controller with no_proxy. For an https URL also set -Djdk.http.auth.tunneling.disabledSchemes= (empty) in JENKINS_JAVA_OPTS: Java switches Basic off for tunnels.',
    ],
    agentLog: [
      'Caused by: java.io.IOException: Got a bad response from proxy: HTTP/1.1 407 Proxy Authentication Required',
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Unable to tunnel through proxy. Proxy returns "HTTP/1.1 407 Proxy Authentication Required"',
    ],
    observedAlone: 'certain',
  }),
  'proxy-refused-connect': error('certain', {
    title: 'The HTTP proxy refuses the tunnel',
    cause: 'The proxy answered CONNECT with an error. Most proxies allow CONNECT to port 443 only.',
    remedy: ['Allow CONNECT to this host and port on the proxy, or exempt the host with no_proxy.'],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Unable to tunnel through proxy. Proxy returns "HTTP/1.1 403 Forbidden"',
    ],
    next: ['controller-proxy-leaked'],
    observedAlone: 'certain',
  }),
  'proxy-bad-answer': error('likely', {
    title: 'The proxy does not speak HTTP',
    cause: 'What answers at the proxy address does not answer CONNECT as an HTTP proxy does.',
    remedy: ['Check host and port of the proxy; a SOCKS or TLS port will not do.'],
    agentLog: ['Caused by: java.io.IOException: Proxy socket closed'],
  }),
  'corporate-proxy-captures-agent-port': error('certain', {
    title: 'The agent port is sent through an HTTP proxy that does not let it pass',
    cause:
      'An agent with http_proxy in its environment opens the TCP agent port with CONNECT through that proxy, even when the Jenkins URL is https. Proxies usually refuse CONNECT to port 50000.',
    remedy: [
      'Add the suffix of the agent-port host name to no_proxy on the agents (a CIDR there only matches literal addresses), or allow CONNECT to that port on the proxy. Before remoting 3159 the check of the port ignores the proxy: upgrade, or set a tunnel.',
    ],
    agentLog: ['Caused by: java.io.IOException: Got a bad response from proxy: HTTP/1.1 403 Forbidden'],
    next: ['controller-proxy-leaked'],
    refutedBy: ['port-connect'],
    steps: ['port-connect', 'ping', 'ack'],
  }),
  'https-discovery-ignores-proxy': error('likely', {
    title: 'Agents do not use http_proxy for an https URL',
    cause:
      'A proxy is needed here, but agents apply http_proxy to http URLs only; for https they try to connect directly. WebSocket agents never read http_proxy.',
    remedy: [
      'Give the agents -Dhttps.proxyHost=proxy.example.com -Dhttps.proxyPort=3128 in JENKINS_JAVA_OPTS, or open egress to the controller.',
    ],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Connect timed out',
    ],
    refutedBy: ['web-connect'],
  }),
  'controller-proxy-leaked': warning('likely', {
    title: 'The proxy of the controller is handed to its agents',
    cause:
      'The cloud option "Add Jenkins controller proxy environment variables" copies http_proxy and no_proxy of the controller into every agent pod.',
    remedy: ['Switch addMasterProxyEnvVars off, or add the hosts of the controller to no_proxy.'],
    refutedBy: [],
  }),
} satisfies Record<string, CatalogueEntry>;
