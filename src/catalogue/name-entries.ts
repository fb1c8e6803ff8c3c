import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('name');

/** Host names. */
export const NAME_ENTRIES = {
  'dns-not-resolving': error('certain', {
    title: 'The host name does not resolve',
    cause:
      'The resolver of this network has no address for the name. Usual causes: a short Service name used from another namespace or cluster, a missing private DNS zone, a typing error.',
    remedy: [
      'Check the name in this network: `getent ahosts NAME`.',
      'If the name is a Service, use its full name inside the cluster: `SERVICE.NAMESPACE.svc.cluster.local`.',
      'If the name is right, add the record to the DNS zone that this network uses.',
    ],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: jenkins.example.com',
      'Caused by: java.net.UnknownHostException: jenkins.example.com',
      'Caused by: java.nio.channels.UnresolvedAddressException',
    ],
    next: ['dns-split-horizon'],
    observedAlone: 'certain',
  }),
  'dns-timeout': error('likely', {
    title: 'The DNS server does not answer',
    cause:
      'The DNS servers of this network did not answer in time. They are down, overloaded, or blocked by an egress policy.',
    remedy: [
      'Check which servers are used: `cat /etc/resolv.conf`.',
      'Allow UDP and TCP port 53 to these servers in every NetworkPolicy: `ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }]`.',
      'If this runs in Kubernetes, check the CoreDNS pods: `kubectl -n kube-system get pods -l k8s-app=kube-dns`.',
    ],
    agentLog: [
      'Caused by: java.net.UnknownHostException: jenkins.example.com: Temporary failure in name resolution',
    ],
    next: ['networkpolicy-default-deny', 'conntrack-exhausted'],
  }),
  'dns-split-horizon': warning('likely', {
    title: 'The name has other addresses in this network',
    cause:
      'The resolver here returns other addresses than the one outside, because a private zone hides the public one. One of the load balancers has no agent port.',
    remedy: [
      'Compare the answers of both resolvers: `dig +short NAME @10.0.0.10` and `dig +short NAME @1.1.1.1`.',
      'Publish the agent port on both load balancers, or give this network its own URL and tunnel.',
    ],
  }),
} satisfies Record<string, CatalogueEntry>;
