import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('network');

/** Connections: routes, filters, losses on the way. */
export const NETWORK_ENTRIES = {
  'network-unreachable': error('likely', {
    title: 'There is no route to the address',
    cause:
      'This network has no route to it: a missing peering or VPN route, or an address family (IPv6) that this host does not have.',
    remedy: [
      'Add the route or the peering, or publish only the address family that both sides have. Check with: ip route get ADDRESS',
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
      'Something on the way, or the service itself, broke the connection with a TCP reset: a firewall that rejects, a proxy without a live backend, a service that is restarting.',
    remedy: [
      'Look at the logs of the load balancer, ingress or firewall in front of the controller at that time.',
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
      'The operating system refused or broke the connection in a way that is none of the usual ones; the detail names its error code.',
    remedy: [
      'Look the code up (errno), and check the limits of the process that runs the probe: file descriptors, local ports, seccomp.',
    ],
  }),
  'discovery-connect-refused': error('likely', {
    title: 'The Jenkins URL refuses connections',
    cause:
      'Nothing listens at this address and port: the controller or the load balancer in front of it is down, restarting, or listens elsewhere.',
    remedy: [
      'Check that the controller pod is ready and that its Service or ingress listens on the port of the URL. Localhost in the URL means the container itself.',
    ],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Connection refused',
    ],
    next: ['mesh-sidecar-not-ready', 'service-selector-mismatch'],
  }),
  'discovery-connect-timeout': error('likely', {
    title: 'The Jenkins URL does not answer connections',
    cause:
      'Packets to this address and port get no answer: a security group, firewall or NetworkPolicy drops them, or a load-balancer node has no healthy target.',
    remedy: [
      'Open the port of the Jenkins URL along the path from this network, both ways: egress policy here, security groups and allow-lists there.',
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
      'The name has IPv4 and IPv6 addresses, and this network or the controller has only one of them. Java tries a single address, IPv4 first unless told otherwise.',
    remedy: [
      'Publish only the records that work, or choose on the agents: -Djava.net.preferIPv6Addresses=true or -Djava.net.preferIPv4Stack=true in JENKINS_JAVA_OPTS.',
    ],
    agentLog: [
      'Caused by: java.net.ConnectException: Network is unreachable',
      'Caused by: java.net.SocketException: Network unreachable',
    ],
    refutedBy: ['web-connect', 'port-connect'],
    steps: ['web-connect', 'listener', 'port-connect', 'ping', 'ack'],
  }),
  'mtu-black-hole': error('certain', {
    title: 'Packets of full size are lost on the way',
    cause:
      'Small messages pass and large ones do not: a VPN, overlay or peering has a smaller MTU, and the ICMP messages that would say so are filtered.',
    remedy: [
      'Test: ping -M do -s 1472 HOST. Lower the MTU of the pods or clamp the MSS (iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu), and allow ICMP; on an NLB set aws-load-balancer-enable-icmp-for-path-mtu-discovery.',
    ],
    refutedBy: ['web-tls', 'tls'],
  }),
  'conntrack-exhausted': warning('possible', {
    title: 'The connection table of a node is likely full',
    cause:
      'New connections are lost at random across services when nf_conntrack is full; many short agent connections and load-balancer checks fill it.',
    remedy: [
      'On the node: dmesg | grep nf_conntrack and sysctl net.netfilter.nf_conntrack_count; raise net.netfilter.nf_conntrack_max and slow the health checks.',
    ],
    refutedBy: [],
  }),
} satisfies Record<string, CatalogueEntry>;
