import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('handshake');

/** JNLP4: acknowledgement, TLS, identity. */
export const HANDSHAKE_ENTRIES = {
  'jnlp4-disabled': error('certain', {
    title: 'The controller does not offer JNLP4',
    cause: 'The protocol JNLP4-connect is disabled, or the controller is far too old.',
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
    title: 'The controller closes the connection instead of acknowledging JNLP4',
    cause:
      'The port answers Ping, but its JNLP4 handler fails. Usually it cannot read the instance identity (plugin missing, broken key).',
    remedy: [
      'Look in the controller log for a stack trace of `JnlpSlaveAgentProtocol4`: `kubectl logs POD -c jenkins | grep -A 9 JnlpSlaveAgentProtocol4`.',
      'Install or repair the instance-identity plugin.',
    ],
    agentLog: [
      'org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Connection closed before acknowledgement sent',
    ],
    controllerLog: [
      'java.security.KeyStoreException: JENKINS-41987: no RSAPrivateKey found; perhaps instance-identity plugin is not installed',
    ],
    next: ['instance-identity-missing'],
    hints: ['Check the controller log for a stack trace of JnlpSlaveAgentProtocol4 with KeyStoreException.'],
  }),
  'ack-timeout': error('likely', {
    title: 'The acknowledgement does not arrive in time',
    cause:
      'No acknowledgement came within 10 s, but the connection stayed open. If the delay is a multiple of 5 s, the controller waits for a reverse DNS lookup of our address; otherwise it is overloaded.',
    remedy: [
      'Measure the delay with a longer timeout: `jenkins-agent-probe diagnose NAME --timeout 30s`.',
      'Make reverse lookups (PTR) of agent addresses answer quickly, also with NXDOMAIN. Test it on the controller: `time getent hosts AGENT-IP`.',
    ],
    agentLog: ['INFO: Timeout waiting for ACK'],
    next: ['slow-reverse-dns', 'handler-thread-leak'],
    hints: ['Check the controller log, a thread dump at this time, and reverse lookups of agent addresses.'],
  }),
  'jnlp4-tls-failed': error('likely', {
    title: 'The TLS handshake inside JNLP4 fails',
    cause:
      'The connection breaks after the acknowledgement. A device on the path inspects or changes the data, or the key of the controller is unusable.',
    remedy: [
      'Disable TLS inspection for this port.',
      'Look for `SSLEngineFilterLayer` in the controller log: `kubectl logs POD -c jenkins | grep -A 9 SSLEngineFilterLayer`.',
    ],
    agentLog: [
      'SEVERE: [JNLP4-connect connection to agents.example.com/10.0.0.7:50000] \njavax.net.ssl.SSLException: Unsupported or unrecognized SSL message',
    ],
    refutedBy: ['tls'],
  }),
  'jnlp4-tls-timeout': error('likely', {
    title: 'The TLS handshake inside JNLP4 does not finish',
    cause:
      'Small messages arrive, but the larger answer of the controller does not. Likely full-size packets are lost on the path (MTU), or the controller is stalled.',
    remedy: [
      'Lower the MTU here (`ip link set dev eth0 mtu 1200`), or clamp the MSS on the VPN or overlay.',
      'Allow ICMP "fragmentation needed" on the path.',
    ],
    next: ['mtu-black-hole'],
    refutedBy: ['tls'],
    hints: [
      'Repeat with a lower MTU on this host (`ip link set dev eth0 mtu 1200`). If that works, full-size packets are lost.',
    ],
  }),
  'identity-mismatch': error('certain', {
    title: 'The agent port belongs to another controller than the Jenkins URL',
    cause:
      'The key on the agent port is not the expected instance identity. HTTP and TCP reach different controllers (blue/green, a recovery copy, a stale tunnel), or traffic is being intercepted.',
    remedy: [
      'Compare `Jenkins-Session` at the agent port (`curl -s -m 2 http://agents.example.com:50000/`) with `X-Jenkins-Session` of the login page (`curl -s -D - -o /dev/null https://jenkins.example.com/login`).',
      'Point the URL, the tunnel and the load balancer to the same controller.',
    ],
    agentLog: [
      'Caused by: java.security.cert.CertificateException: Public key of the first certificate in chain (subject: C=US, O=jenkins.io, CN=0123) is not in the list of trusted keys',
      'Caused by: org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Expecting identity 12:34:56:78:9a:bc:de:f0:12:34:56:78:9a:bc:de:f0',
    ],
    next: ['two-controllers-one-service', 'tunnel-target-wrong'],
    refutedBy: ['identity'],
  }),
  'identity-stale-direct': error('certain', {
    title: 'The configured instance identity is not that of the controller',
    cause:
      'The controller was rebuilt or restored without its identity key. Agents in direct mode still expect the old key.',
    remedy: [
      'Give agents and this probe the new identity (header `X-Instance-Identity`), agents in `JENKINS_INSTANCE_IDENTITY`.',
      'If you have a backup, restore `identity.key.enc` and the secrets of the controller instead.',
    ],
    agentLog: [
      'Caused by: java.security.cert.CertificateException: Public key of the first certificate in chain (subject: C=US, O=jenkins.io, CN=0123) is not in the list of trusted keys',
    ],
    refutedBy: ['identity'],
  }),
  'headers-malformed': error('likely', {
    title: "The controller's answer to name and secret is not valid",
    cause:
      'During the exchange of headers, which carry name and secret, the connection ended or unexpected bytes came.',
    remedy: [
      'Look in the controller log at this time for `JnlpProtocol4Handler` and `ConnectionHeadersFilterLayer`.',
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
    title: 'The controller does not answer name and secret in time',
    cause:
      'The handshake stalls after TLS. The controller is overloaded, or it waits for a slow security realm or plugin.',
    remedy: [
      'Take a thread dump of the controller and look for `JNLP4-connect` threads: `kubectl exec POD -- jcmd 0 Thread.print`.',
    ],
    next: ['ping-timeout-overload'],
    refutedBy: ['headers'],
  }),
  'slow-reverse-dns': warning('likely', {
    title: 'The controller waits for a reverse DNS lookup',
    cause:
      "The acknowledgement is late by a multiple of 5 s, or missing after 10 s, because the controller's lookup of our name times out. An agent whose tunnel is an IP address makes such a lookup too.",
    remedy: [
      'Add a reverse zone to the DNS of the controller, so that PTR queries for agent addresses are answered at once. NXDOMAIN is enough.',
      'Test it on the controller: `time getent hosts AGENT-IP`.',
    ],
    agentLog: ['INFO: Timeout waiting for ACK'],
  }),
} satisfies Record<string, CatalogueEntry>;
