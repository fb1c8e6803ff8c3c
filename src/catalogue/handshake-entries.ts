import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('handshake');

/** JNLP4: acknowledgement, TLS, identity. */
export const HANDSHAKE_ENTRIES = {
  'jnlp4-disabled': error('certain', {
    title: 'The controller does not offer JNLP4',
    cause: 'The protocol JNLP4-connect is switched off, or the controller is far too old.',
    remedy: [
      'Enable "Inbound TCP Agent Protocol/4" in Manage Jenkins > Security (before 2.483), or upgrade the controller.',
    ],
    agentLog: [
      'INFO: Server reports protocol JNLP4-connect not supported, skipping',
      'java.lang.Exception: The server rejected the connection: None of the protocols are enabled',
      'Caused by: org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Incorrect acknowledgement received, expected 0x000341434b got 0x4469736162',
      'Caused by: org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Incorrect acknowledgement received, expected 0x000341434b got 0x556e6b6e6f',
    ],
    controllerLog: ['WARNING: Connection #42 is aborted: Unknown protocol:'],
    observedAlone: 'certain',
  }),
  'jnlp4-closed-no-ack': error('likely', {
    title: 'The controller closes instead of acknowledging JNLP4',
    cause:
      'The port answers Ping, but its JNLP4 handler fails: as a rule the instance identity cannot be read (instance-identity plugin missing, broken key).',
    remedy: [
      'Look for a stack trace of JnlpSlaveAgentProtocol4 in the controller log; install or repair the instance-identity plugin.',
    ],
    agentLog: [
      'org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Connection closed before acknowledgement sent',
    ],
    controllerLog: [
      'java.security.KeyStoreException: JENKINS-41987: no RSAPrivateKey found; perhaps instance-identity plugin is not installed',
    ],
    next: ['instance-identity-missing'],
    hints: ['The controller log: a stack trace of JnlpSlaveAgentProtocol4 with KeyStoreException.'],
  }),
  'ack-timeout': error('likely', {
    title: 'The acknowledgement does not come in time',
    cause:
      'No acknowledgement came within 10 s, though the connection stayed open. A pause that is a multiple of 5 s is a slow reverse DNS lookup of our address on the controller. Otherwise the controller is overloaded.',
    remedy: [
      'Make reverse lookups (PTR) of agent addresses answer quickly, also with "no such name". Try again with --timeout 30s to see how long it takes.',
    ],
    agentLog: ['INFO: Timeout waiting for ACK'],
    next: ['slow-reverse-dns', 'handler-thread-leak'],
    hints: ['The controller log and a thread dump at this time; reverse lookups of agent addresses.'],
  }),
  'jnlp4-tls-failed': error('likely', {
    title: 'The TLS handshake inside JNLP4 fails',
    cause:
      'The stream breaks after the acknowledgement: something on the way inspects or rewrites it, or the key of the controller is unusable.',
    remedy: ['Take TLS inspection off this port; look for SSLEngineFilterLayer in the controller log.'],
    agentLog: [
      'SEVERE: [JNLP4-connect connection to agents.example.com/10.0.0.7:50000] \njavax.net.ssl.SSLException: Unsupported or unrecognized SSL message',
    ],
    refutedBy: ['tls'],
  }),
  'jnlp4-tls-timeout': error('likely', {
    title: 'The TLS handshake inside JNLP4 does not end',
    cause:
      'Small messages pass, the larger answer of the controller does not arrive: likely packets of full size are lost on the way (MTU), or the controller is stalled.',
    remedy: [
      'Lower the MTU here or clamp the MSS on the VPN or overlay, and let ICMP "fragmentation needed" pass.',
    ],
    next: ['mtu-black-hole'],
    refutedBy: ['tls'],
    hints: [
      'Repeat with a lower MTU on this host (ip link set dev eth0 mtu 1200): if that works, packets of full size are lost.',
    ],
  }),
  'identity-mismatch': error('certain', {
    title: 'The agent port belongs to another controller than the Jenkins URL',
    cause:
      'The key shown on the agent port is not the expected instance identity: HTTP and TCP lead to different controllers (blue/green, a copy for recovery, a stale tunnel), or somebody is in between.',
    remedy: [
      'Make the URL, the tunnel and the load balancer lead to the same controller. Compare Jenkins-Session at both entrypoints.',
    ],
    agentLog: [
      'Caused by: java.security.cert.CertificateException: Public key of the first certificate in chain (subject: C=US, O=jenkins.io, CN=0123) is not in the list of trusted keys',
      'Caused by: org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Expecting identity 12:34:56:78:9a:bc:de:f0:12:34:56:78:9a:bc:de:f0',
    ],
    next: ['two-controllers-one-service', 'tunnel-target-wrong'],
    refutedBy: ['identity'],
  }),
  'identity-stale-direct': error('certain', {
    title: 'The configured instance identity is not the one of the controller',
    cause:
      'The controller was rebuilt or restored without its identity key; agents in direct mode still expect the old one.',
    remedy: [
      'Give agents and this probe the new identity (X-Instance-Identity), or restore identity.key.enc and the secrets of the controller.',
    ],
    agentLog: [
      'Caused by: java.security.cert.CertificateException: Public key of the first certificate in chain (subject: C=US, O=jenkins.io, CN=0123) is not in the list of trusted keys',
    ],
    refutedBy: ['identity'],
  }),
  'headers-malformed': error('likely', {
    title: 'The controller does not answer our name and secret as JNLP4 asks',
    cause: 'The connection ended, or other bytes came, in the exchange of headers.',
    remedy: [
      'Look into the controller log at this time for JnlpProtocol4Handler and ConnectionHeadersFilterLayer.',
    ],
    agentLog: [
      'Caused by: org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Remote closed connection without specifying reason',
    ],
    controllerLog: [
      'WARNING: [JNLP4-connect connection from 10.0.0.1/10.0.0.1:40000] Remote headers "{}" could not be parsed: no client',
    ],
    refutedBy: ['headers'],
  }),
  'headers-timeout': error('likely', {
    title: 'The controller does not answer our name and secret in time',
    cause:
      'The handshake stalls after TLS: the controller is overloaded, or a security realm or plugin that it asks is slow.',
    remedy: ['Take a thread dump of the controller and look for JNLP4-connect threads.'],
    next: ['ping-timeout-overload'],
    refutedBy: ['headers'],
  }),
  'slow-reverse-dns': warning('likely', {
    title: 'The controller waits for a reverse DNS lookup',
    cause:
      'The acknowledgement comes late by a multiple of 5 s, or not within 10 s: the controller looks up the name of our address, and the lookup times out. An agent whose tunnel is an IP address makes such a lookup as well.',
    remedy: [
      'Let PTR queries for the addresses of agents be answered at once, be it with NXDOMAIN: a reverse zone in the DNS that the controller asks. Test there: time getent hosts AGENT-IP.',
    ],
    agentLog: ['INFO: Timeout waiting for ACK'],
  }),
} satisfies Record<string, CatalogueEntry>;
