import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('proxy');

/** HTTP proxies that agents connect through. */
export const PROXY_ENTRIES = {
  'proxy-unreachable': error('certain', {
    title: 'The HTTP proxy cannot be reached',
    cause: 'The proxy in `http_proxy` (or in the configuration) refuses connections or does not answer.',
    remedy: [
      'Correct the address of the proxy.',
      'If the controller needs no proxy, exempt it: `no_proxy=jenkins.example.com`. Names match by suffix; addresses match only when the URL contains an address.',
    ],
    agentLog: [
      'java.io.IOException: Failed to connect to agents.example.com:50000 through proxy proxy.example.com/10.0.0.9:3128',
    ],
    next: ['controller-proxy-leaked'],
  }),
  'proxy-auth-required': error('certain', {
    title: 'The HTTP proxy requires credentials',
    cause: 'The proxy answered 407. It requires a user name and password, and got none or wrong ones.',
    remedy: [
      'Give agents `-proxyCredentials USER:PASSWORD`, and this probe `http://USER:PASSWORD@PROXY:PORT`.',
      'If the Jenkins URL is https, also set `-Djdk.http.auth.tunneling.disabledSchemes=` (empty) in `JENKINS_JAVA_OPTS`: Java disables Basic for tunnels.',
      'If the controller needs no proxy, exempt it instead: `no_proxy=jenkins.example.com`.',
    ],
    agentLog: [
      'Caused by: java.io.IOException: Got a bad response from proxy: HTTP/1.1 407 Proxy Authentication Required',
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Unable to tunnel through proxy. Proxy returns "HTTP/1.1 407 Proxy Authentication Required"',
    ],
    observedAlone: 'certain',
  }),
  'proxy-refused-connect': error('certain', {
    title: 'The HTTP proxy refuses the tunnel',
    cause: 'The proxy answered `CONNECT` with an error. Most proxies allow `CONNECT` to port 443 only.',
    remedy: ['Allow `CONNECT` to this host and port on the proxy, or exempt the host: `no_proxy=HOST`.'],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Unable to tunnel through proxy. Proxy returns "HTTP/1.1 403 Forbidden"',
    ],
    next: ['controller-proxy-leaked'],
    observedAlone: 'certain',
  }),
  'proxy-bad-answer': error('likely', {
    title: 'The proxy does not answer as an HTTP proxy',
    cause: 'The server at the proxy address does not answer `CONNECT` as an HTTP proxy does.',
    remedy: [
      'Check the host and port of the proxy: `curl -v -x http://PROXY:PORT https://jenkins.example.com/`. A SOCKS or TLS port does not work.',
    ],
    agentLog: ['Caused by: java.io.IOException: Proxy socket closed'],
  }),
  'corporate-proxy-captures-agent-port': error('certain', {
    title: 'The agent port goes through an HTTP proxy that blocks it',
    cause:
      'An agent with `http_proxy` opens the agent port with `CONNECT` through that proxy, even when the Jenkins URL is https. Proxies usually refuse `CONNECT` to port 50000.',
    remedy: [
      "Add the suffix of the agent port's host name to `no_proxy` on the agents: `no_proxy=example.com`. A CIDR there matches only literal addresses.",
      'If agents must use the proxy, allow `CONNECT` to that port on it.',
      'If agents have remoting older than 3159, upgrade them or set a tunnel: their check of the port ignores the proxy.',
    ],
    agentLog: ['Caused by: java.io.IOException: Got a bad response from proxy: HTTP/1.1 403 Forbidden'],
    next: ['controller-proxy-leaked'],
    refutedBy: ['port-connect'],
    steps: ['port-connect', 'ping', 'ack'],
  }),
  'https-discovery-ignores-proxy': error('likely', {
    title: 'Agents do not use http_proxy for an https URL',
    cause:
      'This network requires a proxy. Agents use `http_proxy` only for http URLs and connect directly to https URLs; WebSocket agents never read it.',
    remedy: [
      'Set `-Dhttps.proxyHost=proxy.example.com -Dhttps.proxyPort=3128` in `JENKINS_JAVA_OPTS` of the agents.',
      "If you can't set it, open egress to the controller.",
    ],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Connect timed out',
    ],
    refutedBy: ['web-connect'],
  }),
  'controller-proxy-leaked': warning('likely', {
    title: 'Agents inherit the proxy of the controller',
    cause:
      'The cloud option "Add Jenkins controller proxy environment variables" copies `http_proxy` and `no_proxy` of the controller into every agent pod.',
    remedy: [
      'Set `addMasterProxyEnvVars: false` in the cloud, or add the hosts of the controller to `no_proxy`.',
    ],
    refutedBy: [],
  }),
} satisfies Record<string, CatalogueEntry>;
