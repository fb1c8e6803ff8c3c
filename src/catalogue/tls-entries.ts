import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error } = entriesAt('tls');

/** TLS at the Jenkins URL. */
export const TLS_ENTRIES = {
  'cert-unknown-ca': error('likely', {
    title: 'The certificate is signed by an unknown authority',
    cause:
      'The certificate of the Jenkins URL comes from a private authority that is not trusted here, or the server leaves out its intermediate certificate. Agents use the trust store of their own Java, so they may trust it all the same.',
    remedy: [
      'Put the authority into the truststore of the agent image, or give agents -cert; give this probe tls.caFile (--ca). Serve the full chain.',
    ],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target',
    ],
    hints: [
      'In the agent container, list what its Java trusts: keytool -list -cacerts -storepass changeit. Neither --ca nor the trust store of this probe counts for agents.',
    ],
  }),
  'cert-expired': error('certain', {
    title: 'The certificate has expired',
    cause:
      'The certificate of the Jenkins URL was not renewed, or one node of the load balancer still serves the old one.',
    remedy: ['Renew the certificate and reload whatever serves it; compare all addresses in the steps.'],
    agentLog: [
      'Caused by: java.security.cert.CertificateExpiredException: NotAfter: Tue Jun 30 12:00:00 UTC 2026',
    ],
  }),
  'cert-not-yet-valid': error('certain', {
    title: 'The certificate is not valid yet',
    cause: 'Its validity begins in the future: as a rule the clock of this machine is wrong.',
    remedy: ['Synchronise the clock (NTP) on this node and on the one that made the certificate.'],
    agentLog: [
      'Caused by: java.security.cert.CertificateNotYetValidException: NotBefore: Wed Jul 01 12:00:00 UTC 2026',
    ],
    next: ['clock-skew'],
  }),
  'cert-name-mismatch': error('certain', {
    title: 'The certificate is for another name',
    cause:
      'None of the names in the certificate is the host of the Jenkins URL: a default certificate of the ingress, or an alias that it was not made for.',
    remedy: [
      'Use a host name that the certificate covers, or add the name to the certificate. See the names in the evidence.',
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
      'Both sides do not agree on TLS (protocol version, cipher, client certificate), or something on the way closes the connection.',
    remedy: [
      'Check the TLS settings of the ingress; try: openssl s_client -connect HOST:PORT -servername HOST',
    ],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Received fatal alert: handshake_failure',
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Remote host terminated the handshake',
    ],
  }),
  'tls-not-spoken': error('certain', {
    title: 'The port of the https URL does not speak TLS',
    cause: 'The URL says https, but a plain-text service answers.',
    remedy: ['Write http:// in the Jenkins URL, or point it at the TLS port.'],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Unsupported or unrecognized SSL message',
    ],
    observedAlone: 'certain',
  }),
  'tls-timeout': error('likely', {
    title: 'The TLS handshake does not end',
    cause:
      'The connection opens, but the server part of the TLS handshake does not arrive: a stalled server, or packets of full size that are lost on the way (MTU).',
    remedy: [
      'Check the load of the server; for the MTU, lower it here or clamp the MSS on the VPN or overlay, and let ICMP "fragmentation needed" pass.',
    ],
    next: ['mtu-black-hole'],
  }),
  'clock-skew': error('likely', {
    title: 'The clock here is wrong',
    cause:
      'The Date of the HTTP answer and the clock of this machine are far apart, so valid certificates look expired or not yet valid.',
    remedy: ['Synchronise the clock of the node: chronyc tracking, timedatectl set-ntp true.'],
    agentLog: [
      'Caused by: java.security.cert.CertificateNotYetValidException: NotBefore: Wed Jul 01 12:00:00 UTC 2026',
    ],
    steps: ['web-tls', 'listener'],
  }),
} satisfies Record<string, CatalogueEntry>;
