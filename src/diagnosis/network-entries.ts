import { type CatalogueEntry, error } from './entry.ts';

/** Names, connections and proxies: reasons that can appear at either door. */
export const NETWORK_ENTRIES = {
  'dns-not-resolving': error(
    'The host name does not resolve',
    'The resolver of this network knows no address for the name: a short service name used from another namespace or cluster, a missing private DNS zone, or a typing error.',
    'Use the full name (service.namespace.svc.cluster.local inside the cluster), or add the record to the zone that this network asks. Check with: getent ahosts NAME',
  ),
  'dns-timeout': error(
    'The resolver does not answer',
    'The DNS servers of this network did not answer in time: they are down, unreachable through an egress policy, or overloaded.',
    'Check /etc/resolv.conf and that UDP and TCP port 53 to its servers are allowed by NetworkPolicies; in Kubernetes look at the CoreDNS pods.',
  ),
  'network-unreachable': error(
    'There is no route to the address',
    'This network has no route to it: a missing peering or VPN route, or an address family (IPv6) that this host does not have.',
    'Add the route or the peering, or publish only the address family that both sides have. Check with: ip route get ADDRESS',
  ),
  'connection-reset': error(
    'The connection was reset',
    'Something on the way, or the service itself, broke the connection with a TCP reset: a firewall that rejects, a proxy without a live backend, a service that is restarting.',
    'Look at the logs of the load balancer, ingress or firewall in front of the controller at that time.',
  ),
  'connection-failed': error(
    'The connection failed',
    'The operating system refused or broke the connection in a way that is none of the usual ones; the detail names its error code.',
    'Look the code up (errno), and check the limits of the process that runs the probe: file descriptors, local ports, seccomp.',
  ),
  'proxy-unreachable': error(
    'The HTTP proxy cannot be reached',
    'The proxy of http_proxy (or of the configuration) refuses connections or does not answer.',
    'Correct the proxy address, or take the controller out of the proxy: no_proxy is matched against name suffixes, and against addresses only when the URL has an address.',
  ),
  'proxy-auth-required': error(
    'The HTTP proxy asks for credentials',
    'The proxy answered 407: it wants a user name and password and got none or wrong ones.',
    'Give agents -proxyCredentials, and this probe http://user:password@proxy:port; or exempt the controller with no_proxy.',
  ),
  'proxy-refused-connect': error(
    'The HTTP proxy refuses the tunnel',
    'The proxy answered CONNECT with an error. Most proxies allow CONNECT to port 443 only.',
    'Allow CONNECT to this host and port on the proxy, or exempt the host with no_proxy.',
  ),
  'proxy-bad-answer': error(
    'The proxy does not speak HTTP',
    'What answers at the proxy address does not answer CONNECT as an HTTP proxy does.',
    'Check host and port of the proxy; a SOCKS or TLS port will not do.',
  ),
  'corporate-proxy-captures-agent-port': error(
    'The agent port is sent through an HTTP proxy that does not let it pass',
    'An agent with http_proxy in its environment opens the TCP agent port with CONNECT through that proxy, even when the Jenkins URL is https. Proxies usually refuse CONNECT to port 50000.',
    'Add the suffix of the agent-port host name to no_proxy on the agents (a CIDR there only matches literal addresses), or allow CONNECT to that port on the proxy.',
  ),
} satisfies Record<string, CatalogueEntry>;
