import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('network');

/** Connections: routes, filters, packet loss. */
export const NETWORK_ENTRIES = {
  'network-unreachable': error('likely', {
    title: 'No route to the address',
    cause:
      'This network has no route to the address. A peering or VPN route is missing, or this host does not have that address family (IPv6).',
    remedy: [
      'Check the route: `ip route get ADDRESS`.',
      'Add the route or the peering, or publish only the address family that both sides have.',
    ],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Network is unreachable',
      'WARNING: No route to host',
    ],
    next: ['ipv6-ipv4-mismatch'],
    refutedBy: ['web-connect', 'port-connect'],
  }),
  'connection-reset': error('likely', {
    title: 'The connection was reset',
    cause:
      'A TCP reset ended the connection. Usual senders: a firewall that rejects, a proxy without a healthy backend, or a service that is restarting.',
    remedy: [
      'Check the logs of the load balancer, ingress or firewall in front of the controller at that time.',
    ],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Connection reset',
    ],
    next: ['lb-deregistration-cut'],
    refutedBy: ['web-connect', 'port-connect'],
  }),
  'connection-failed': error('possible', {
    title: 'The connection failed',
    cause:
      'The operating system refused or broke the connection for an unusual reason. The detail contains its error code.',
    remedy: [
      'Look up the error code: `man errno`.',
      'Check the limits of the process that runs the probe: file descriptors (`ulimit -n`), local ports (`sysctl net.ipv4.ip_local_port_range`), seccomp.',
    ],
  }),
  'discovery-connect-refused': error('likely', {
    title: 'The Jenkins URL refuses connections',
    cause:
      'Nothing listens at this address and port. The controller, or the load balancer in front of it, is down, is restarting, or listens elsewhere.',
    remedy: [
      'Check that the controller pod is ready: `kubectl -n NAMESPACE get pods`.',
      'Check that its Service or Ingress has the port of the URL: `kubectl -n NAMESPACE get service,ingress`.',
      'If the URL contains localhost, use another host name: inside a container, localhost is the container itself.',
    ],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Connection refused',
    ],
    next: ['mesh-sidecar-not-ready', 'service-selector-mismatch'],
  }),
  'discovery-connect-timeout': error('likely', {
    title: 'Connections to the Jenkins URL time out',
    cause:
      'Packets to this address and port get no answer. A security group, firewall or NetworkPolicy drops them, or a load balancer node has no healthy target.',
    remedy: [
      'Allow egress to the port of the Jenkins URL in this network. In Kubernetes, check the policies: `kubectl -n NAMESPACE get networkpolicy`.',
      'Allow this network in the security groups and allow-lists of the controller.',
      'Check that every hop allows the answers too.',
    ],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Connect timed out',
    ],
    next: [
      'networkpolicy-default-deny',
      'networkpolicy-label-mismatch',
      'https-discovery-ignores-proxy',
      'conntrack-exhausted',
    ],
  }),
  'ipv6-ipv4-mismatch': error('certain', {
    title: 'One address family of the name does not work',
    cause:
      'The name has IPv4 and IPv6 addresses, but this network or the controller has only one of the two. Java tries a single address, by default IPv4 first.',
    remedy: [
      'Publish only the records that work. Check them with `dig +short A NAME` and `dig +short AAAA NAME`.',
      "If you can't change DNS, set the family in `JENKINS_JAVA_OPTS` of the agents: `-Djava.net.preferIPv6Addresses=true` or `-Djava.net.preferIPv4Stack=true`.",
    ],
    agentLog: [
      'Caused by: java.net.ConnectException: Network is unreachable',
      'Caused by: java.net.SocketException: Network unreachable',
    ],
    refutedBy: ['web-connect', 'port-connect'],
    steps: ['web-connect', 'listener', 'port-connect', 'ping', 'ack'],
  }),
  'mtu-black-hole': error('certain', {
    title: 'Full-size packets are lost on the path',
    cause:
      'Small messages arrive and large ones do not. A VPN, overlay or peering has a smaller MTU, and the ICMP messages that report it are filtered.',
    remedy: [
      'Test the path: `ping -M do -s 1472 HOST`.',
      'Lower the MTU of the pods, or clamp the MSS: `iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu`.',
      'Allow ICMP on the path.',
      'If there is an NLB, set `service.beta.kubernetes.io/aws-load-balancer-enable-icmp-for-path-mtu-discovery`.',
    ],
    refutedBy: ['web-tls', 'tls'],
  }),
  'conntrack-exhausted': warning('possible', {
    title: 'The connection table of a node is likely full',
    cause:
      'New connections fail at random across services when the table `nf_conntrack` is full. Many short agent connections and load balancer checks fill it.',
    remedy: [
      'Check on the node: `dmesg | grep nf_conntrack` and `sysctl net.netfilter.nf_conntrack_count`.',
      'Raise the limit: `sysctl -w net.netfilter.nf_conntrack_max=NUMBER`.',
      'Slow down the health checks.',
    ],
    refutedBy: [],
  }),
} satisfies Record<string, CatalogueEntry>;
