import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('name');

/** Host names. */
export const NAME_ENTRIES = {
  'dns-not-resolving': error('certain', {
    title: 'The host name does not resolve',
    cause:
      'The resolver of this network knows no address for the name: a short service name used from another namespace or cluster, a missing private DNS zone, or a typing error.',
    remedy: [
      'Use the full name (service.namespace.svc.cluster.local inside the cluster), or add the record to the zone that this network asks. Check with: getent ahosts NAME',
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
    title: 'The resolver does not answer',
    cause:
      'The DNS servers of this network did not answer in time: they are down, unreachable through an egress policy, or overloaded.',
    remedy: [
      'Check /etc/resolv.conf and that UDP and TCP port 53 to its servers are allowed by NetworkPolicies; in Kubernetes look at the CoreDNS pods.',
    ],
    agentLog: [
      'Caused by: java.net.UnknownHostException: jenkins.example.com: Temporary failure in name resolution',
    ],
    next: ['networkpolicy-default-deny', 'conntrack-exhausted'],
  }),
  'dns-split-horizon': warning('likely', {
    title: 'The name leads elsewhere in this network',
    cause:
      'The resolver here gives other addresses than the one outside: a private zone shadows the public one, and one of the load balancers lacks the agent port.',
    remedy: [
      'Compare: dig +short NAME @10.0.0.10 and dig +short NAME @1.1.1.1. Publish the port on both load balancers, or give this network a URL and a tunnel of its own.',
    ],
  }),
} satisfies Record<string, CatalogueEntry>;
