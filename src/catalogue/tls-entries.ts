import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error } = entriesAt('tls');

/** TLS at the Jenkins URL. */
export const TLS_ENTRIES = {
  'cert-unknown-ca': error('likely', {
    title: 'The certificate is signed by an unknown authority',
    cause:
      'The certificate comes from a private authority that is not trusted here, or the server does not send its intermediate certificate. Agents use the trust store of their own Java and may trust it anyway.',
    remedy: [
      'Serve the full chain. Check it with `openssl s_client -connect HOST:443 -servername HOST -showcerts`.',
      'Add the authority to the trust store of the agent image, or give agents `-cert`.',
      'Give this probe the authority: `tls.caFile` in the configuration, or `--ca FILE`.',
    ],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target',
    ],
    hints: [
      "Run `keytool -list -cacerts -storepass changeit` in the agent container: it lists what the agent's Java trusts. Agents ignore `--ca` and the trust store of this probe.",
    ],
  }),
  'cert-expired': error('certain', {
    title: 'The certificate has expired',
    cause:
      'The certificate of the Jenkins URL was not renewed, or one node of the load balancer still serves the old one.',
    remedy: [
      'Renew the certificate and reload the server that uses it.',
      'Compare all addresses in the steps: `openssl s_client -connect ADDRESS:443 -servername HOST` prints what each one serves.',
    ],
    agentLog: [
      'Caused by: java.security.cert.CertificateExpiredException: NotAfter: Tue Jun 30 12:00:00 UTC 2026',
    ],
  }),
  'cert-not-yet-valid': error('certain', {
    title: 'The certificate is not valid yet',
    cause:
      'The validity of the certificate starts in the future. Usually the clock of this machine is wrong.',
    remedy: [
      'Synchronise the clock of this node, and of the node that created the certificate: `timedatectl set-ntp true`.',
    ],
    agentLog: [
      'Caused by: java.security.cert.CertificateNotYetValidException: NotBefore: Wed Jul 01 12:00:00 UTC 2026',
    ],
    next: ['clock-skew'],
  }),
  'cert-name-mismatch': error('certain', {
    title: 'The certificate is for another host name',
    cause:
      'The certificate does not contain the host of the Jenkins URL. Either the ingress serves its default certificate, or the URL uses an alias that the certificate does not cover.',
    remedy: [
      'Use a host name that the certificate covers: the evidence lists the names.',
      'If agents need this host name, add it to the certificate.',
    ],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: No subject alternative DNS name matching jenkins.example.com found.',
      'Caused by: java.security.cert.CertificateException: No name matching jenkins.example.com found',
    ],
    observedAlone: 'certain',
  }),
  'tls-failed': error('likely', {
    title: 'The TLS handshake fails',
    cause:
      'Both sides do not agree on TLS (protocol version, cipher, client certificate), or a device on the path closes the connection.',
    remedy: [
      'Run a handshake to see the error: `openssl s_client -connect HOST:PORT -servername HOST`.',
      'Check the TLS settings of the ingress.',
    ],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Received fatal alert: handshake_failure',
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Remote host terminated the handshake',
    ],
  }),
  'tls-not-spoken': error('certain', {
    title: 'The port of the https URL does not use TLS',
    cause: 'The URL starts with https, but the service on this port answers in plain text.',
    remedy: ['Write `http://` in the Jenkins URL, or use the TLS port.'],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Unsupported or unrecognized SSL message',
    ],
    observedAlone: 'certain',
  }),
  'tls-timeout': error('likely', {
    title: 'The TLS handshake does not finish',
    cause:
      "The connection opens, but the server's part of the handshake does not arrive. Either the server is stalled, or full-size packets are lost on the path (MTU).",
    remedy: [
      'Check the load of the server.',
      'If the load is normal, lower the MTU here (`ip link set dev eth0 mtu 1200`), or clamp the MSS on the VPN or overlay.',
      'Allow ICMP "fragmentation needed" on the path.',
    ],
    next: ['mtu-black-hole'],
  }),
  'clock-skew': error('likely', {
    title: 'The clock here is wrong',
    cause:
      'The `Date` of the HTTP answer and the clock of this machine are far apart. Valid certificates then look expired or not yet valid.',
    remedy: [
      'Check the clock of the node: `chronyc tracking`.',
      'Synchronise it: `timedatectl set-ntp true`.',
    ],
    agentLog: [
      'Caused by: java.security.cert.CertificateNotYetValidException: NotBefore: Wed Jul 01 12:00:00 UTC 2026',
    ],
    steps: ['web-tls', 'listener'],
  }),
} satisfies Record<string, CatalogueEntry>;
